# For bats files that change the system: they work on a copy of it.

# in_copy COMMAND: run a shell's text with root's rights on a copy of the
# system, with the file or folder $BROUGHT at its top; what it writes is in
# memory and gone afterwards.
in_copy() {
  unshare --mount sh -ec '
    mount -t tmpfs tmpfs /mnt
    mkdir /mnt/upper /mnt/work /mnt/root
    mount -t overlay overlay /mnt/root \
      -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work
    mount --rbind /dev /mnt/root/dev
    mount --rbind /proc /mnt/root/proc
    cp -a "$1" /mnt/root/
    exec timeout -k 1 600 chroot /mnt/root sh -exc "$2"' - "$BROUGHT" "$1" 3>&-
}
