package main

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// node is a file or folder of the mounted disk; the embedded one does what needs no care.
type node struct {
	fs.LoopbackNode
	disk *disk
}

// open is an open file of the mounted disk.
type open struct {
	*fs.LoopbackFile
	file *os.File
	disk *disk
}

// mount shows folder at point through the disk.
func mount(d *disk, folder, point string) (*fuse.Server, error) {
	var st syscall.Stat_t
	if err := syscall.Stat(folder, &st); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(point, 0o755); err != nil {
		return nil, err
	}
	root := &fs.LoopbackRoot{Path: folder, Dev: uint64(st.Dev)}
	root.NewNode = func(r *fs.LoopbackRoot, _ *fs.Inode, _ string, _ *syscall.Stat_t) fs.InodeEmbedder {
		return &node{fs.LoopbackNode{RootData: r}, d}
	}
	top := &node{fs.LoopbackNode{RootData: root}, d}
	root.RootNode = top
	second := time.Second
	return fs.Mount(point, top, &fs.Options{AttrTimeout: &second, EntryTimeout: &second, NullPermissions: true,
		MountOptions: fuse.MountOptions{DirectMountStrict: true, AllowOther: true, FsName: "powercut", Name: "powercut", DisableXAttrs: true, Options: []string{"default_permissions"}}})
}

func (n *node) at(name string) string {
	return filepath.Join(n.RootData.Path, n.Path(n.Root()), name)
}

func (n *node) handle(f *os.File) *open { return &open{fs.NewLoopbackFileFromOS(f), f, n.disk} }

// Open opens a file; what is cut off on opening is a write.
func (n *node) Open(_ context.Context, flags uint32) (fs.FileHandle, uint32, syscall.Errno) {
	f, err := os.OpenFile(n.at(""), int(flags)&^(syscall.O_APPEND|syscall.O_TRUNC|fuse.FMODE_EXEC), 0)
	if err != nil {
		return nil, 0, fs.ToErrno(err)
	}
	if flags&syscall.O_TRUNC != 0 {
		if err := n.disk.write(f, 0, 1<<62, func() error { return f.Truncate(0) }); err != nil {
			return nil, 0, fs.ToErrno(err)
		}
	}
	return n.handle(f), 0, 0
}

// Create makes and opens a file.
func (n *node) Create(ctx context.Context, name string, flags, mode uint32, out *fuse.EntryOut) (*fs.Inode, fs.FileHandle, uint32, syscall.Errno) {
	child, _, _, errno := n.LoopbackNode.Create(ctx, name, flags&^syscall.O_TRUNC, mode, out)
	if errno != 0 {
		return nil, nil, 0, errno
	}
	n.disk.created(n.at(name))
	f, err := os.OpenFile(n.at(name), int(flags)&^(syscall.O_APPEND|syscall.O_TRUNC|syscall.O_CREAT|syscall.O_EXCL), 0)
	if err != nil {
		return nil, nil, 0, fs.ToErrno(err)
	}
	return child, n.handle(f), 0, 0
}

// Mkdir makes a folder.
func (n *node) Mkdir(ctx context.Context, name string, mode uint32, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	child, errno := n.LoopbackNode.Mkdir(ctx, name, mode, out)
	if errno == 0 {
		n.disk.created(n.at(name))
	}
	return child, errno
}

// Unlink takes a file's name away.
func (n *node) Unlink(ctx context.Context, name string) syscall.Errno {
	return fs.ToErrno(n.disk.remove(n.at(name), func() error { return failure(n.LoopbackNode.Unlink(ctx, name)) }))
}

// Rename gives a file another name.
func (n *node) Rename(ctx context.Context, name string, parent fs.InodeEmbedder, to string, flags uint32) syscall.Errno {
	target := parent.(*node).at(to)
	return fs.ToErrno(n.disk.rename(n.at(name), target, func() error { return failure(fs.ToErrno(os.Rename(n.at(name), target))) }))
}

// Setattr changes a size, which is a write, or what needs no care.
func (n *node) Setattr(ctx context.Context, h fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	size, ok := in.GetSize()
	if !ok {
		return n.LoopbackNode.Setattr(ctx, nil, in, out)
	}
	f, err := os.OpenFile(n.at(""), os.O_RDWR, 0)
	if err != nil {
		return fs.ToErrno(err)
	}
	defer f.Close()
	return fs.ToErrno(n.disk.write(f, int64(size), 1<<62, func() error { return failure(n.LoopbackNode.Setattr(ctx, nil, in, out)) }))
}

// Fsync of a folder makes its names last, of a file also what was written to it.
func (n *node) Fsync(_ context.Context, h fs.FileHandle, _ uint32) syscall.Errno {
	if o, ok := h.(*open); ok {
		return fs.ToErrno(n.disk.sync(o.file))
	}
	return fs.ToErrno(n.disk.sync(nil))
}

// CopyFileRange is left to the caller, who then reads and writes.
func (n *node) CopyFileRange(context.Context, fs.FileHandle, uint64, *fs.Inode, fs.FileHandle, uint64, uint64, uint64) (uint32, syscall.Errno) {
	return 0, syscall.ENOTSUP
}

// Write writes through the disk.
func (o *open) Write(ctx context.Context, data []byte, off int64) (n uint32, errno syscall.Errno) {
	err := o.disk.write(o.file, off, off+int64(len(data)), func() error {
		n, errno = o.LoopbackFile.Write(ctx, data, off)
		return failure(errno)
	})
	return n, fs.ToErrno(err)
}

// Allocate makes room in a file.
func (o *open) Allocate(ctx context.Context, off, size uint64, mode uint32) syscall.Errno {
	return fs.ToErrno(o.disk.write(o.file, int64(off), int64(off+size), func() error { return failure(o.LoopbackFile.Allocate(ctx, off, size, mode)) }))
}

// Fsync makes what was written to the file last.
func (o *open) Fsync(context.Context, uint32) syscall.Errno { return fs.ToErrno(o.disk.sync(o.file)) }

// PassthroughFd keeps the kernel from going past the disk.
func (o *open) PassthroughFd() (int, bool) { return 0, false }

func failure(errno syscall.Errno) error {
	if errno == 0 {
		return nil
	}
	return errno
}
