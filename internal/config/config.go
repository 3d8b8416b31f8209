// Package config is the program's settings: one struct whose tags are the table of options (name, default, environment
// variable, meaning). It is read once by the command line and passed down as values. A value comes from the flag, else
// the environment, else the settings file, else the default.
package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode"

	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Secret is a setting that is never printed or logged.
type Secret string

// String hides the value.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "（已设置，不显示）"
}

// GoString hides the value from %#v.
func (s Secret) GoString() string { return s.String() }

// Config is every setting.
type Config struct {
	Database    Secret        `help:"数据库：SQLite 文件路径，或 postgres://…" default:"data/yichuang.db" env:"YICHUANG_DATABASE"`
	KeyFile     string        `help:"密钥文件；默认与 SQLite 文件同目录" env:"YICHUANG_KEY_FILE"`
	Blobs       string        `help:"附件文件夹；默认与 SQLite 文件同目录" env:"YICHUANG_BLOBS"`
	Fonts       string        `help:"字体文件夹：单位有权使用的仿宋、黑体、楷体、小标宋，用于生成 PDF；系统里已安装的字体不用放" env:"YICHUANG_FONTS"`
	Policies    string        `help:"评分办法文件夹：本地的绩效评分办法（*.yaml），与程序自带的一起供选择" env:"YICHUANG_POLICIES"`
	Listen      string        `help:"监听地址" default:"127.0.0.1:8080" env:"YICHUANG_LISTEN"`
	Node        uint8         `help:"节点号：多个节点共用一个数据库时各不相同（0–255）" default:"0" env:"YICHUANG_NODE"`
	Secure      bool          `help:"只在 HTTPS 下发送登录凭据（前面有 HTTPS 反向代理时打开）" env:"YICHUANG_SECURE"`
	Proxies     []string      `help:"可信的反向代理网段" env:"YICHUANG_PROXIES"`
	Idle        time.Duration `help:"登录空闲多久后退出" default:"2h" env:"YICHUANG_IDLE"`
	LogLevel    string        `help:"日志级别" enum:"debug,info,warn,error" default:"info" env:"YICHUANG_LOG_LEVEL"`
	LogFormat   string        `help:"日志格式" enum:"text,json" default:"text" env:"YICHUANG_LOG_FORMAT"`
	CacheMB     int           `help:"SQLite 页缓存（MiB）" default:"48" env:"YICHUANG_CACHE_MB"`
	SMS         Secret        `help:"短信网关：file:文件，或 http(s)://地址；空为不发短信" env:"YICHUANG_SMS"`
	PublicURL   string        `help:"群众从外面访问的网址，短信里的评价链接用它，例如 https://12345.example.gov.cn" env:"YICHUANG_PUBLIC_URL"`
	Connections int           `help:"读连接数（SQLite）或连接池大小（PostgreSQL）；0 自动" default:"0" env:"YICHUANG_CONNECTIONS"`
}

// ErrConfig refuses settings; its fields name them.
var ErrConfig = errs.New(errs.Invalid, "config.invalid", "设置有误，程序没有启动。")

// Validate checks what the types do not.
func (c *Config) Validate() error {
	e := ErrConfig
	if c.Database == "" {
		e = e.Field("database", "没有填写数据库。")
	}
	if _, port, err := net.SplitHostPort(c.Listen); err != nil || port == "" {
		e = e.Field("listen", "监听地址应写成 地址:端口，例如 127.0.0.1:8080。")
	}
	for _, p := range c.Proxies {
		if _, err := netip.ParsePrefix(p); err != nil {
			e = e.Field("proxies", "%s 不是网段，例如 127.0.0.1/32。", p)
		}
	}
	if c.Idle < time.Minute || c.Idle > 24*time.Hour {
		e = e.Field("idle", "空闲时间应在 1 分钟至 24 小时之间。")
	}
	if u, err := url.Parse(c.PublicURL); err != nil || c.PublicURL != "" && (u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		e = e.Field("public-url", "对外网址应写成 https://域名，不带路径。")
	}
	if !validSMS(string(c.SMS)) {
		e = e.Field("sms", "短信网关应写成 file:文件路径、http://地址 或 https://地址。")
	}
	if c.CacheMB < 1 || c.CacheMB > 4096 {
		e = e.Field("cache-mb", "页缓存应在 1 至 4096 MiB 之间。")
	}
	return e.OrNil()
}

// Keys is the path of the key file: beside a SQLite file unless set.
func (c *Config) Keys() string {
	if c.KeyFile != "" {
		return c.KeyFile
	}
	if store.IsPostgres(string(c.Database)) {
		return "data/yichuang.key"
	}
	return filepath.Join(filepath.Dir(string(c.Database)), "yichuang.key")
}

// BlobFolder is the folder of attachments (附件): beside a SQLite file unless set.
func (c *Config) BlobFolder() string {
	if c.Blobs != "" {
		return c.Blobs
	}
	if store.IsPostgres(string(c.Database)) {
		return "data/blobs"
	}
	return filepath.Join(filepath.Dir(string(c.Database)), "blobs")
}

// TrustedProxies gives the proxies as networks.
func (c *Config) TrustedProxies() []netip.Prefix {
	var out []netip.Prefix
	for _, p := range c.Proxies {
		if n, err := netip.ParsePrefix(p); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// Print lists every setting with its value, secrets hidden, one a line.
func (c *Config) Print() string {
	var b strings.Builder
	v := reflect.ValueOf(*c)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		fmt.Fprintf(&b, "%-12s %-24v %s（%s）\n", flagName(f.Name), v.Field(i).Interface(), f.Tag.Get("help"), f.Tag.Get("env"))
	}
	return b.String()
}

// flagName is how the command line and the settings file call a field: KeyFile is key-file, CacheMB is cache-mb.
func flagName(field string) string {
	var b strings.Builder
	for i, r := range field {
		if i > 0 && unicode.IsUpper(r) && unicode.IsLower(rune(field[i-1])) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// DataDir is the folder of the SQLite file, which must exist before a first start.
func (c *Config) DataDir() error {
	if store.IsPostgres(string(c.Database)) {
		return nil
	}
	return os.MkdirAll(filepath.Dir(string(c.Database)), 0o750)
}

// Fill gives every setting that is empty its default, for callers that do not come through the command line.
func (c *Config) Fill() {
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		f, text := v.Field(i), v.Type().Field(i).Tag.Get("default")
		if text == "" || !f.IsZero() {
			continue
		}
		switch f.Kind() {
		case reflect.String:
			f.SetString(text)
		case reflect.Int, reflect.Uint8:
			n, _ := strconv.Atoi(text)
			if f.CanUint() {
				f.SetUint(uint64(n))
			} else {
				f.SetInt(int64(n))
			}
		case reflect.Int64:
			d, _ := time.ParseDuration(text)
			f.SetInt(int64(d))
		}
	}
}

// validSMS reports whether a short message gateway is written as package sms reads it.
func validSMS(target string) bool {
	if path, isFile := strings.CutPrefix(target, "file:"); isFile {
		return path != ""
	}
	u, err := url.Parse(target)
	return target == "" || err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}
