#!/bin/sh
# Usage: bundle.sh PROGRAM FOLDER: lay out in FOLDER what is uploaded to a
# shared host, around PROGRAM (campuspass.fcgi).
set -eu
program=$1 folder=$2
top=$(cd "$(dirname "$0")/.." && pwd)
fonts=/usr/share/fonts/truetype/dejavu

rm -rf "$folder"
site=$folder/public_html
mkdir -p "$site/campuspass" "$folder/campuspass-data"
cp -R "$top"/www/. "$site"
cp "$top/.packaging/htaccess" "$site/.htaccess"
# Hosts that refuse the line Options switch programs on by themselves.
sed '/^Options/d; /^# If every/,/^# next/d' "$top/.packaging/htaccess" \
	>"$folder/htaccess-plain"
cp "$program" "$site/campuspass/campuspass.fcgi"
echo ../../campuspass-data >"$site/campuspass/data-directory"
for font in Sans Sans-Bold Serif-Bold SansMono; do
	cp "$fonts/DejaVu$font.ttf" "$site/campuspass/"
done
cp /etc/ssl/certs/ca-certificates.crt "$site/campuspass/"
cp "$top/.packaging/INSTALL.txt" "$top/.packaging/lighttpd-example.conf" \
	"$folder/"
# Should it come to lie where visitors reach it, after all.
echo "Require all denied" >"$folder/campuspass-data/.htaccess"

# What suEXEC wants: nobody but the owner writes, everybody may run it.
chmod -R u=rwX,go=rX "$folder"
chmod 755 "$site/campuspass/campuspass.fcgi"
chmod 700 "$folder/campuspass-data"
