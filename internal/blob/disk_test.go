//go:build linux

package blob_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"yichuang/internal/blob"
	"yichuang/internal/clock"
	"yichuang/internal/store/storetest"
)

// mount gives a small file system of its own; that needs root, so others skip with a word.
func mount(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("cannot mount a small file system: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) }) //nolint:errcheck // goes with the machine at the latest
	return dir
}

func TestFullDisk(t *testing.T) {
	dir := mount(t)
	c := clock.NewManual(storetest.Start)
	s, err := blob.Open(dir, blob.Limits{}, c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Save("c1", strings.NewReader(pdf+strings.Repeat("x", 1<<20)), "a.pdf"); !errors.Is(err, blob.ErrFull) {
		t.Fatalf("upload on a full disk: %v", err)
	}
	if got := files(t, dir); len(got) != 0 {
		t.Fatalf("files stay: %v", got)
	}
	if up, err := s.Save("c1", strings.NewReader(pdf), "a.pdf"); err != nil || s.Verify(blob.Blob{CentreID: "c1", SHA256: up.SHA256, Size: up.Size}) != nil {
		t.Fatalf("a small upload afterwards: %v", err)
	}
}

func TestReadOnlyDisk(t *testing.T) {
	dir := mount(t)
	c := clock.NewManual(storetest.Start)
	s, err := blob.Open(dir, blob.Limits{}, c)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("cannot make it read-only: %v", err)
	}
	if _, err := s.Save("c1", strings.NewReader(pdf), "a.pdf"); !errors.Is(err, blob.ErrReadOnly) || !strings.Contains(err.Error(), dir) {
		t.Errorf("upload: %v", err)
	}
	if _, err := blob.Open(dir, blob.Limits{}, c); !errors.Is(err, blob.ErrReadOnly) {
		t.Errorf("start: %v", err)
	}
}

func TestAFileInPlaceOfTheFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := blob.Open(filepath.Join(file, "blobs"), blob.Limits{}, clock.NewManual(storetest.Start)); !errors.Is(err, blob.ErrReadOnly) {
		t.Errorf("start: %v", err)
	}
}
