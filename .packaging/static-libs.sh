#!/bin/sh
# Usage: static-libs.sh FOLDER: libcurl and libhpdf as static libraries, into
# FOLDER/lib and FOLDER/include, from Debian's sources: curl with its security
# patches, libharu as its authors released it. Debian's libcurl.a needs thirty
# libraries, and it has no libhpdf.a.
# What was built stays until this file changes; remove FOLDER for new sources.
set -eu
folder=$(mkdir -p "$1" && cd "$1" && pwd)
[ ! "$folder/complete" -nt "$0" ] || exit 0
mkdir -p "$folder/source" "$folder/apt/lists/partial" "$folder/lib" \
	"$folder/include"

# The system's own lists of packages stay as they are.
fetch_sources() {
	cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
		sed -n 's/^deb /deb-src /p' >"$folder/apt/sources.list"
	mkdir -p "$folder/apt/sources.list.d"
	for file in /etc/apt/sources.list.d/debian.sources; do
		[ ! -e "$file" ] || sed 's/^Types:.*/Types: deb-src/' "$file" \
			>"$folder/apt/sources.list.d/debian.sources"
	done
	set -- -q -o "Dir::Etc::sourcelist=$folder/apt/sources.list" \
		-o "Dir::Etc::sourceparts=$folder/apt/sources.list.d" \
		-o "Dir::State::lists=$folder/apt/lists" \
		-o APT::Sandbox::User=root
	apt-get "$@" update
	cd "$folder/source"
	apt-get "$@" source --download-only curl
	rm -rf curl libharu
	dpkg-source -x curl_*.dsc curl
	# What Debian adds to libharu packs it, and is not always to be had.
	apt-get "$@" source --download-only libharu ||
		echo "libharu: its archive alone" >&2
	archive=$(ls libharu_*.orig.tar.xz)
	grep -qF "$(sha256sum "$archive" | cut -d' ' -f1)" libharu_*.dsc
	mkdir libharu
	tar -xf "$archive" -C libharu --strip-components=1
}

# Calls to payment gateways need https alone. Names are looked up by a thread:
# a name server that is silent must not hold a request beyond its time. What a
# host's openssl.cnf asks for may be a module of another version.
build_curl() {
	cd "$folder/source/curl"
	./configure -q --prefix="$folder" --disable-shared --enable-static \
		--with-openssl --enable-http --without-brotli --without-gssapi \
		--without-hyper --without-libgsasl --without-libidn2 \
		--without-libpsl --without-librtmp --without-libssh2 \
		--without-nghttp2 --without-nghttp3 --without-ngtcp2 \
		--without-zlib --without-zstd --disable-alt-svc --disable-ares \
		--disable-dict --disable-file --disable-ftp --disable-gopher \
		--disable-hsts --disable-imap --disable-ldap --disable-ldaps \
		--disable-libcurl-option --disable-manual --disable-mqtt \
		--disable-netrc --disable-ntlm --disable-pop3 --disable-rtsp \
		--disable-smb --disable-smtp --disable-telnet --disable-tftp \
		--disable-openssl-auto-load-config --disable-unix-sockets \
		--without-ca-bundle --without-ca-path --disable-dependency-tracking
	make -s -C lib install
	make -s -C include install
}

build_hpdf() {
	cd "$folder/source/libharu"
	printf '#define LIBHPDF_HAVE_LIBPNG 1\n#define LIBHPDF_HAVE_ZLIB 1\n' \
		>include/hpdf_config.h
	mkdir -p objects
	for file in src/*.c; do
		object="objects/$(basename "$file" .c).o"
		"${CC:-gcc}" -O2 -w -Iinclude -c -o "$object" "$file"
	done
	rm -f "$folder/lib/libhpdf.a"
	ar rcs "$folder/lib/libhpdf.a" objects/*.o
	cp include/*.h "$folder/include/"
}

fetch_sources
build_hpdf
build_curl
touch "$folder/complete"
