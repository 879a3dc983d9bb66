#!/bin/sh
# Usage: deb.sh VERSION FOLDER FILE: make FILE.deb of what `make install` put
# into FOLDER (with PREFIX=/usr).
set -eu
version=$1 folder=$2 file=$3
here=$(cd "$(dirname "$0")" && pwd)

install -d "$folder/usr/lib/systemd/system" "$folder/etc/default" \
	"$folder/etc/logrotate.d" "$folder/DEBIAN"
install -m 644 "$here"/campuspass*.service "$here"/campuspass*.timer \
	"$folder/usr/lib/systemd/system"
install -m 644 "$here/default" "$folder/etc/default/campuspass"
install -m 644 "$here/logrotate" "$folder/etc/logrotate.d/campuspass"
printf '%s\n' /etc/default/campuspass /etc/logrotate.d/campuspass \
	>"$folder/DEBIAN/conffiles"
gzip -9nf "$folder"/usr/share/man/man*/campuspass*
strip --strip-unneeded "$folder"/usr/lib/campuspass/cgi-bin/* \
	"$folder/usr/bin/campuspass"

# A program finds its data by a file beside it, and itself through a link.
mv "$folder/usr/bin/campuspass" "$folder/usr/lib/campuspass/campuspass"
ln -s ../lib/campuspass/campuspass "$folder/usr/bin/campuspass"
echo /var/lib/campuspass >"$folder/usr/lib/campuspass/data-directory"
chmod 644 "$folder/usr/lib/campuspass/data-directory"

# Which packages the programs' libraries come from, with versions, as Debian's
# own tool reads them; it wants to stand beside a source's control file.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/debian"
printf 'Source: campuspass\n\nPackage: campuspass\nArchitecture: any\n' \
	>"$scratch/debian/control"
root=$(cd "$folder" && pwd)
depends=$(cd "$scratch" && dpkg-shlibdeps -O --ignore-missing-info \
	"$root"/usr/lib/campuspass/cgi-bin/* "$root/usr/lib/campuspass/campuspass" |
	sed -n 's/^shlibs:Depends=//p')
[ -n "$depends" ]

sed -e "s/@VERSION@/$version/" -e "s/@DEPENDS@/$depends/" \
	-e "s/@ARCHITECTURE@/$(dpkg --print-architecture)/" \
	"$here/control" >"$folder/DEBIAN/control"
install -m 755 "$here/postinst" "$here/prerm" "$here/postrm" "$folder/DEBIAN"
(cd "$folder" && find etc usr -type f -exec md5sum {} +) \
	>"$folder/DEBIAN/md5sums"
dpkg-deb --root-owner-group --build "$folder" "$file" >/dev/null
