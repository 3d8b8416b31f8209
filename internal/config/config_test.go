package config

import (
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// The listing names every setting as the command line and the settings file do, and shows no secret.
func TestPrintNamesSettingsAsTheCommandLine(t *testing.T) {
	var c Config
	c.Fill()
	c.Database = "postgres://user:geheim@db/yichuang"
	k, err := kong.New(&Config{})
	if err != nil {
		t.Fatal(err)
	}
	var flags []string
	for _, f := range k.Model.Flags {
		if f.Name != "help" {
			flags = append(flags, f.Name)
		}
	}
	out := c.Print()
	var printed []string
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		printed = append(printed, strings.Fields(line)[0])
	}
	if strings.Join(printed, " ") != strings.Join(flags, " ") || len(flags) < 12 {
		t.Errorf("printed %v\nflags   %v", printed, flags)
	}
	if strings.Contains(out, "geheim") {
		t.Error("the listing shows the password")
	}
}
