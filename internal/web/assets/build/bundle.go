package main

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// file is one output: logical is its name in the manifest, "" where nothing refers to it.
type file struct {
	logical, name string
	content       []byte
	gzip, brotli  []byte
}

// build makes every output of the module at root, without writing any.
func build(root string) ([]file, error) {
	src := filepath.Join(root, "web", "src")
	modules := filepath.Join(root, "web", "node_modules")
	if _, err := os.Stat(modules); err != nil {
		return nil, errors.New("缺少 web/node_modules，请先在 web 目录执行 npm ci")
	}
	words, err := usedWords(root)
	if err != nil {
		return nil, err
	}
	files, err := bundles(src, words)
	if err != nil {
		return nil, err
	}
	icons, err := sprite(filepath.Join(src, "icons.txt"), filepath.Join(modules, "@tabler", "icons", "icons", "outline"))
	if err != nil {
		return nil, err
	}
	mark, err := os.ReadFile(filepath.Join(src, "icon.svg"))
	if err != nil {
		return nil, err
	}
	notices, err := notices(modules)
	if err != nil {
		return nil, err
	}
	files = append(files, hashed("icons.svg", icons), hashed("icon.svg", mark), hashed("notices.txt", notices))
	for i := range files {
		if err := files[i].compress(); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// hashed names content after itself.
func hashed(logical string, content []byte) file {
	sum := sha256.Sum256(content)
	ext := filepath.Ext(logical)
	hash := base32.StdEncoding.EncodeToString(sum[:5])
	return file{logical: logical, name: strings.TrimSuffix(logical, ext) + "-" + hash + ext, content: content}
}

// bundles runs esbuild: the script and style of every page, and the chart library as a file of its own.
func bundles(src string, words vocabulary) ([]file, error) {
	absolute, err := filepath.Abs(src)
	if err != nil {
		return nil, err
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir: absolute,
		EntryPointsAdvanced: []api.EntryPoint{
			{InputPath: "js/app.js", OutputPath: "app"},
			{InputPath: "js/echarts.js", OutputPath: "chart"},
			{InputPath: "css/app.css", OutputPath: "app"},
		},
		Outdir:            absolute,
		Bundle:            true,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Format:            api.FormatESModule,
		Target:            api.ES2022,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsNone, // the notices file holds them all
		Plugins:           []api.Plugin{trimmer(words)},
	})
	if len(result.Errors) > 0 {
		return nil, errors.New(strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), "\n"))
	}
	var files []file
	for _, out := range result.OutputFiles {
		files = append(files, hashed(filepath.Base(out.Path), out.Contents))
	}
	if len(files) != 3 {
		return nil, fmt.Errorf("%d bundles instead of 3", len(files))
	}
	return files, nil
}

// trimmer leaves out of the library's style sheet what no page of ours uses.
func trimmer(words vocabulary) api.Plugin {
	return api.Plugin{Name: "trim", Setup: func(b api.PluginBuild) {
		b.OnLoad(api.OnLoadOptions{Filter: `tabler.*\.css$`}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
			sheet, err := os.ReadFile(args.Path)
			if err != nil {
				return api.OnLoadResult{}, err
			}
			text := trimStyles(string(sheet), words)
			return api.OnLoadResult{Contents: &text, Loader: api.LoaderCSS}, nil
		})
	}}
}
