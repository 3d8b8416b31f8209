package cli

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"

	"yichuang/internal/errs"
)

// usageWords are what the parser of the command line says, in Chinese. The parts of a sentence that name something stay
// as they were typed.
var usageWords = []struct {
	said *regexp.Regexp
	word string
}{
	{regexp.MustCompile(`^unknown flag (.+), did you mean one of (.+)\?$`), "没有 $1 这个选项，是不是要写 $2 中的一个？"},
	{regexp.MustCompile(`^unknown flag (.+), did you mean (.+)\?$`), "没有 $1 这个选项，是不是要写 $2？"},
	{regexp.MustCompile(`^unknown flag (.+)$`), "没有 $1 这个选项"},
	{regexp.MustCompile(`^unexpected argument (.+), did you mean one of (.+)\?$`), "没有 $1 这个命令，是不是要写 $2 中的一个？"},
	{regexp.MustCompile(`^unexpected argument (.+), did you mean (.+)\?$`), "没有 $1 这个命令，是不是要写 $2？"},
	{regexp.MustCompile(`^unexpected argument (.+)$`), "不认识 $1：没有这个命令，或多写了一项"},
	{regexp.MustCompile(`^unexpected flag argument (.+)$`), "选项后面的 $1 写法不对"},
	{regexp.MustCompile(`^unexpected token (.+)$`), "不认识 $1"},
	{regexp.MustCompile(`^missing flags: (.+)$`), "缺少必须写的选项 $1"},
	{regexp.MustCompile(`^missing positional arguments (.+)$`), "缺少 $1"},
	{regexp.MustCompile(`^expected one of (.+)$`), "命令没有写完，后面应是 $1 中的一个"},
	{regexp.MustCompile(`^no command selected$`), "没有写要执行的命令"},
	{regexp.MustCompile(`^(.+) must be one of (.+) but got (.+)$`), "$1 只能是 $2 中的一个，不能是 $3"},
	{regexp.MustCompile(`^(.+) and (.+) can't be used together$`), "$1 和 $2 不能同时使用"},
	{regexp.MustCompile(`^(.+): expected (?:a valid \d+ bit )?(?:an |a )?(?:int|uint|float|bool|counter)\b.* but got (\S+).*$`), "$1 应是数字，不能是 $2"},
	{regexp.MustCompile(`^(.+): bool value must be .* but got (.+)$`), "$1 只能是 true 或 false，不能是 $2"},
	{regexp.MustCompile(`^(.+): expected duration but got (\S+?):?(?: .*)?$`), "$1 应是时长，例如 2h、30m，不能是 $2"},
	{regexp.MustCompile(`^(.+): missing value, expecting .*$`), "$1 后面缺少内容"},
	{regexp.MustCompile(`^(.+): expected .+ but got "EOL".*$`), "$1 后面缺少内容"},
	{regexp.MustCompile(`^(?:open|stat) (.+): .*$`), "文件 $1 打不开，请检查路径和权限"},
	{regexp.MustCompile(`^expected (.+)$`), "后面应写 $1"},
	{regexp.MustCompile(`^(.+): (?:open|stat) (.+): .*$`), "$1：文件 $2 打不开"},
}

// usageWord says in Chinese what is wrong with a command line.
func usageWord(err error) string {
	var e *errs.Error
	if errors.As(err, &e) {
		return e.Public
	}
	said := err.Error()
	for _, w := range usageWords {
		if at := w.said.FindStringSubmatchIndex(said); at != nil {
			return inMarks(namedPlaces(err, string(w.said.ExpandString(nil, w.word, said, at))))
		}
	}
	return "有一个选项或参数的内容不对"
}

// namedPlaces puts what a place of the command line is for instead of its name: 用户名 for <username>.
func namedPlaces(err error, s string) string {
	var p *kong.ParseError
	if !errors.As(err, &p) || p.Context == nil {
		return s
	}
	for _, path := range p.Context.Path {
		if path.Node() == nil {
			continue
		}
		for _, place := range path.Node().Positional {
			help, _, _ := strings.Cut(place.Help, "，")
			help, _, _ = strings.Cut(help, "：")
			if open := strings.LastIndex(help, "（"); open > strings.LastIndex(help, "）") {
				help = help[:open]
			}
			s = strings.ReplaceAll(s, "<"+place.Name+">", strings.TrimRight(help, "。"))
		}
	}
	return s
}

// inMarks puts Chinese marks around what the parser quotes.
func inMarks(s string) string {
	return regexp.MustCompile(`"([^"]*)"`).ReplaceAllString(s, "“$1”")
}

// reportUsage tells what is wrong with a command line, and how to find out more.
func reportUsage(g *Globals, err error) {
	said, mark := strings.TrimSuffix(usageWord(err), "。"), "。"
	if strings.HasSuffix(said, "？") {
		mark = ""
	}
	fmt.Fprintf(g.Err, "命令写法不对：%s%s\n用 yichuang --help 查看全部命令，在命令后面加 --help 查看它的选项。\n", said, mark)
}

// helpWords are the headings of the help text.
var helpWords = strings.NewReplacer("Usage: ", "用法：", "\nArguments:\n", "\n参数：\n", "\nFlags:\n", "\n选项：\n", "\nCommands:\n", "\n命令：\n",
	"Show context-sensitive help.", "显示帮助", "[flags]", "[选项]", "<command>", "<命令>", " [options]", " [选项]")

var helpMore = regexp.MustCompile(`Run "(.*) --help" for more information on a command\.`)

// printHelp prints the help text with Chinese headings.
func printHelp(o kong.HelpOptions, ctx *kong.Context) error {
	out := ctx.Stdout
	var b bytes.Buffer
	ctx.Stdout = &b
	err := kong.DefaultHelpPrinter(o, ctx)
	ctx.Stdout = out
	if err != nil {
		return err
	}
	text := helpMore.ReplaceAllString(helpWords.Replace(b.String()), "用 $1 --help 查看一个命令的选项。")
	_, err = fmt.Fprint(out, text)
	return err
}
