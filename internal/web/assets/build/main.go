// Command build bundles the styles, scripts and icons of the pages from web/ into internal/web/assets/dist, under names
// that hold a hash of their content, compressed beforehand, with a manifest and the notices of the third-party parts.
// It needs what `npm ci` brings to web/node_modules, and no Node.
//
//	go run ./internal/web/assets/build
package main

import (
	"flag"
	"fmt"
	"os"
	"sort"
)

func main() {
	root := flag.String("root", ".", "directory of the module")
	flag.Parse()
	files, err := build(*root)
	if err != nil {
		fmt.Fprintln(os.Stderr, "打包失败：", err)
		os.Exit(1)
	}
	if err := write(*root+"/internal/web/assets/dist", files); err != nil {
		fmt.Fprintln(os.Stderr, "写入失败：", err)
		os.Exit(1)
	}
	sort.Slice(files, func(i, j int) bool { return files[i].name < files[j].name })
	for _, f := range files {
		fmt.Printf("%-28s %8d  gzip %7d  br %7d\n", f.name, len(f.content), len(f.gzip), len(f.brotli))
	}
}
