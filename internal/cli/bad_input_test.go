package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// foreign is a sentence of a library or of the system, which a person at the console cannot act on.
var foreign = regexp.MustCompile(`(?i)\b(no such file|is a directory|permission denied|invalid character|unmarshal|parse error|EOF|constraint|not a time|line\.\d|unknown|cannot)\b`)

// TestBadInputOfCommandsIsToldInChinese gives commands what people give them by mistake.
func TestBadInputOfCommandsIsToldInChinese(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"wrong.csv": "甲,乙\n1,2\n", "empty.csv": "", "bad.jsonl": "{\"title\":1}\n{bad\n", "map.yaml": "source: x\nfields:\n  title: [\n", "odd.yaml": "source: x\nbogus: 1\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	db := filepath.Join(dir, "y.db")
	for _, c := range []struct{ line, want string }{
		{"calendar due --at 2026-13-45T10:00 --limit 5wd", "起算时间“2026-13-45T10:00”不对"},
		{"calendar due --at 2026-05-08T16:30 --limit 5xx", "“5xx”不是时限"},
		{"calendar due --at 2026-05-08T16:30 --limit 5wd --area 62290x", "行政区划代码“62290x”不对"},
		{"hotline train --in wrong.csv --out m.bin", "样本文件应为 JSONL"},
		{"hotline train --in . --out m.bin", "这是一个文件夹，不是文件"},
		{"hotline train --in none.jsonl --out m.bin", "没有这个文件或文件夹"},
		{"hotline evaluate bad.jsonl --model none", "字段 title 的类型不对"},
		{"hotline evaluate empty.csv --model none", "没有这个文件或文件夹"},
		{"hotline evaluate", "后面应写 “带类别的样本”"},
		{"hotline classify --model wrong.csv", "不是可用的模型文件"},
		{"archive verify wrong.csv", "不是归档包"},
		{"archive verify none.zip", "文件打不开"},
		{"telephony simulate --token x --server http://127.0.0.1:1 --speed 0 --calls 1", "服务没有在这个地址运行"},
		{"telephony simulate --token x --over soon", "模拟的设置不对"},
		{"org init --database " + db + " --code B~B --name x --division abc", "行政区划代码应为"},
		{"org init --database " + db + " --code c --name 中心 --division 622901", ""},
		{"org init --database " + db + " --code c --name 中心 --division 622901", "已有相同代码"},
		{"org import units wrong.csv --database " + db, "表头里没有“单位名称”这一列"},
		{"org divisions empty.csv --database " + db, "第一行应有 code、name 两列"},
		{"calendar import wrong.csv --document x --database " + db, "第 1 行：“甲”不是日期"},
		{"hotline categories wrong.csv --database " + db, "表头里没有“分类代码”、“分类名称”"},
		{"hotline import wrong.csv --map pingshan --database " + db, "文件与字段对照不符"},
		{"hotline import wrong.csv --map map.yaml --database " + db, "不是正确的 YAML 或 JSON"},
		{"hotline import wrong.csv --map odd.yaml --database " + db, "不认识“bogus”这一项"},
		{"hotline import none.csv --map pingshan --database " + db, "没有这个文件或文件夹"},
		{"hotline reproduce --month 2026-13 --database " + db, "不是月份"},
		{"hotline reproduce --month 2026-05 --database " + db, "没有已锁定或已发布的考核表"},
	} {
		args := strings.Fields(c.line)
		for i, a := range args {
			if strings.ContainsAny(a, ".") && !strings.Contains(a, "/") && a != "2026-05" {
				args[i] = filepath.Join(dir, a)
			}
		}
		var out, errOut bytes.Buffer
		code := Main(context.Background(), args, &out, &errOut)
		text := out.String() + errOut.String()
		if (code == exitOK) != (c.want == "") || !strings.Contains(text, c.want) {
			t.Errorf("%s: exit %d, %s", c.line, code, text)
		}
		if w := foreign.FindString(text); w != "" {
			t.Errorf("%s says %q: %s", c.line, w, text)
		}
	}
}
