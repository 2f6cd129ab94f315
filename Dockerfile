FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/Bundler.Node --configuration Release --use-current-runtime --self-contained false -p:PublishReadyToRun=true --output /app --nologo

FROM mcr.microsoft.com/dotnet/aspnet:10.0
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libsecp256k1-1 libsodium23 \
    && rm -rf /var/lib/apt/lists/* \
    && install --directory --owner=1001 --group=1001 --mode=0700 /data
COPY --from=build /app /app

# The root file system may be read-only: the node writes below /data and nowhere else.
ENV DOTNET_EnableDiagnostics=0 \
    BUNDLER__RPC__HOST=* \
    BUNDLER__STORAGE__DATADIRECTORY=/data
USER 1001:1001
VOLUME /data
EXPOSE 4337
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/${BUNDLER__RPC__PORT:-4337} && printf 'GET /health/live HTTP/1.0\\r\\n\\r\\n' >&3 && grep --quiet '200 OK' <&3"]

# docker run bundler --rpc-url URL --signer-key-file FILE …: the same options as scripts/node.
ENTRYPOINT ["dotnet", "/app/Bundler.Node.dll"]
