# docs/docker.md has the two commands
FROM python:3.11-slim
WORKDIR /app
COPY . .
# From PyPI alone, torch would bring gigabytes for graphics cards.
RUN pip install --no-cache-dir --extra-index-url https://download.pytorch.org/whl/cpu -c constraints.txt '.[postgres]' \
    && useradd --uid 1000 footnote && install -d -o footnote /documents /index
USER footnote
ENV HOME=/tmp
VOLUME ["/documents", "/index"]
EXPOSE 7860
HEALTHCHECK --start-period=2m CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:7860/healthz', timeout=5)"]
CMD ["rag", "serve", "/documents", "--index", "/index", "--host", "0.0.0.0"]
