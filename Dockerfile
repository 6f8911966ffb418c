# syntax=docker/dockerfile:1
FROM swift:6.3-bookworm AS build
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends libcurl4-openssl-dev libsqlite3-dev \
      libsnappy-dev libssl-dev zlib1g-dev pkg-config \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY Package.swift Package.resolved* ./
COPY Sources Sources
COPY Tests Tests
RUN swift build -c release --product fixlevel --static-swift-stdlib \
 && install -D .build/release/fixlevel /out/bin/fixlevel \
 && strip --strip-unneeded /out/bin/fixlevel
COPY Public /out/share/fixlevel/Public
COPY Migrations /out/share/fixlevel/Migrations

FROM debian:bookworm-slim
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends ca-certificates libcurl4 libsqlite3-0 libsnappy1v5 libssl3 zlib1g \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data fixlevel \
 && install -d -o fixlevel -g fixlevel /data
COPY --from=build /out/ /usr/local/
USER fixlevel
VOLUME /data
EXPOSE 8080
ENV FIXLEVEL_HOST=0.0.0.0 FIXLEVEL_DATA_DIR=/data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=6s --start-period=10s CMD ["/usr/local/bin/fixlevel", "health"]
ENTRYPOINT ["/usr/local/bin/fixlevel"]
CMD ["serve"]
