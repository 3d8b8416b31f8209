package cli

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"
)

// english is a word of the parser's own, outside of names of commands and options.
var english = regexp.MustCompile(`(?i)\b(unknown|unexpected|missing|expected|must|argument|flags?|usage|show|did you|commands?)\b`)

func TestCommandLinesThatAreWrongAreToldInChinese(t *testing.T) {
	for line, want := range map[string]string{
		"bogus":                  "不认识 bogus",
		"serv":                   "是不是要写 “serve”",
		"":                       "后面应是",
		"user":                   "命令没有写完",
		"user add":               "缺少必须写的选项",
		"user add --name 张三":     "后面应写 “用户名”",
		"serve --bogus":          "没有 --bogus 这个选项",
		"serve --lisen x":        "是不是要写 “--listen”",
		"serve --node abc":       "--node",
		"serve --idle soon":      "应是时长",
		"serve --log-level loud": "只能是",
		"org import cars x.csv":  "只能是",
		"org init --code a --name b --division 1 --tier x": "只能是",
		"user list extra":                      "不认识 extra",
		"calendar due --at":                    "--at 后面缺少内容",
		"serve --settings /nothing/there.json": "打不开",
	} {
		var out, errOut bytes.Buffer
		code := Main(context.Background(), strings.Fields(line), &out, &errOut)
		text := out.String() + errOut.String()
		if code != exitUsage || !strings.Contains(text, want) || !strings.Contains(text, "命令写法不对") {
			t.Errorf("%q: exit %d, %s", line, code, text)
		}
		if w := english.FindString(text); w != "" {
			t.Errorf("%q says %q: %s", line, w, text)
		}
	}
}

func TestHelpIsChinese(t *testing.T) {
	for _, line := range []string{"--help", "user --help", "user add --help", "serve --help", "org import --help"} {
		var out, errOut bytes.Buffer
		if code := Main(context.Background(), strings.Fields(line), &out, &errOut); code != exitOK {
			t.Errorf("%q: exit %d", line, code)
		}
		if !strings.Contains(out.String(), "用法：yichuang") {
			t.Errorf("%q: %s", line, out.String())
		}
		if w := english.FindString(out.String()); w != "" {
			t.Errorf("%q says %q: %s", line, w, out.String())
		}
	}
}
