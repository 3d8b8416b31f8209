package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"yichuang/internal/needtest"
)

func TestTrimKeepsWhatPagesUse(t *testing.T) {
	v := vocabulary{}
	v.add(`class="card btn btn-primary" "is-open"`)
	for sheet, want := range map[string]string{
		`.card{a:b}.gone{c:d}`:                            `.card{a:b}`,
		`.card,.gone{a:b}`:                                `.card{a:b}`,
		`.card .gone{a:b}`:                                ``,
		`.btn-primary:hover{a:b}`:                         `.btn-primary:hover{a:b}`,
		`a:not(.gone){a:b}`:                               `a:not(.gone){a:b}`,
		`:is(.card,.gone) p{a:b}`:                         ``,
		`body{a:b}*,::before{c:d}`:                        `body{a:b}*,::before{c:d}`,
		`@media (min-width:1px){.gone{a:b}.card{c:d}}`:    `@media (min-width:1px){.card{c:d}}`,
		`@media print{.gone{a:b}}`:                        ``,
		`@keyframes x{0%{a:b}to{c:d}}.gone{e:f}`:          `@keyframes x{0%{a:b}to{c:d}}`,
		`@charset "utf-8";.card{a:b}`:                     `@charset "utf-8";.card{a:b}`,
		`/* .card{ */.gone{a:"}"}.card{a:url("x;}y")}`:    `.card{a:url("x;}y")}`,
		`.card{a:b;/* } */c:d}`:                           `.card{a:b;/* } */c:d}`,
		`.is-open\:flex,.card[data-x="a,b"]{a:b}`:         `.card[data-x="a,b"]{a:b}`,
		`@supports (a:b){@media print{.card,.gone{a:b}}}`: `@supports (a:b){@media print{.card{a:b}}}`,
	} {
		if got := trimStyles(sheet, v); got != want {
			t.Errorf("%s\n got %s\nwant %s", sheet, got, want)
		}
	}
}

// TestBuild makes the bundles as a release does.
func TestBuild(t *testing.T) {
	root := "../../../.."
	_, err := os.Stat(filepath.Join(root, "web", "node_modules"))
	needtest.Have(t, err == nil, "needs npm ci in web/")
	files, err := build(root)
	if err != nil {
		t.Fatal(err)
	}
	again, err := build(root)
	if err != nil {
		t.Fatal(err)
	}
	limits := map[string]int{"app.css": 40_000, "app.js": 20_000, "chart.js": 210_000, "icons.svg": 6_000}
	for i, f := range files {
		if f.name != again[i].name || !bytes.Equal(f.gzip, again[i].gzip) {
			t.Errorf("%s differs between two builds", f.logical)
		}
		if limit := limits[f.logical]; limit > 0 && (len(f.gzip) > limit || len(f.gzip) == 0) {
			t.Errorf("%s: %d bytes compressed, at most %d are meant", f.name, len(f.gzip), limit)
		}
		if f.logical == "notices.txt" && (!bytes.Contains(f.content, []byte("Apache License")) || !bytes.Contains(f.content, []byte("tabler")) || bytes.Count(f.content, []byte("Permission is hereby granted")) < 2) {
			t.Error("licences are missing from the notices")
		}
	}
	dist := t.TempDir()
	for _, name := range []string{"README", "old-ABC.js"} {
		if err := os.WriteFile(filepath.Join(dist, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := write(dist, files); err != nil {
		t.Fatal(err)
	}
	var manifest map[string]string
	b, err := os.ReadFile(filepath.Join(dist, "manifest.json"))
	if err == nil {
		err = json.Unmarshal(b, &manifest)
	}
	if err != nil || len(manifest) != len(files) {
		t.Fatalf("%v: %v", err, manifest)
	}
	for logical, name := range manifest {
		content, err := os.ReadFile(filepath.Join(dist, name)) // what does not compress
		if errors.Is(err, os.ErrNotExist) {
			content, err = gunzipped(filepath.Join(dist, name+".gz"))
		}
		if err != nil {
			t.Error(err)
		}
		if strings.HasSuffix(logical, ".css") && bytes.Contains(content, []byte("url(http")) {
			t.Errorf("%s loads from another host", name)
		}
	}
	if _, err := os.Stat(filepath.Join(dist, "old-ABC.js")); err == nil {
		t.Error("an old bundle stays")
	}
	if _, err := os.Stat(filepath.Join(dist, "README")); err != nil {
		t.Error("the README is gone")
	}
}

func gunzipped(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}
