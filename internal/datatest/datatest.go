// Package datatest gives tests the public data (公开数据) that lies beside the checkout, in ../shared/data, and is no part
// of the project. A test that needs what is not there is skipped and says so.
package datatest

import (
	"os"
	"path/filepath"
	"testing"
)

// Path gives the path of a file or folder of the public data.
func Path(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(root(t), "..", "shared", "data", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Skipf("skipped: the public data ../shared/data/%s is not here", name)
	}
	return path
}

// Read gives the content of a file of the public data.
func Read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(Path(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// root is the folder of the checkout: the nearest one above the test with a go.mod.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = up
	}
}

// Seed gives the path of a file of the published disclosure that lies beside the checkout in ../shared/seed and is no part
// of the project.
func Seed(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(root(t), "..", "shared", "seed", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Skipf("skipped: the published disclosure ../shared/seed/%s is not here", name)
	}
	return path
}
