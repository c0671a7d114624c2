package docs

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// What a reader has from elsewhere; game_server is what mix release makes.
var (
	programs    = []string{"git", "mkdir", "cp", "unzip", "curl", "apt-get", "sha256sum", "godot", "npm", "game_server", "cc", "openssl", "ssh-keygen", "docker", "echo", "true"}
	goCommands  = []string{"build", "doc", "get", "run", "test"}
	mixCommands = []string{"compile", "deps.get", "phx.gen.secret", "phx.server", "release", "test"}
)

var (
	separator  = regexp.MustCompile(`&&|\|\||[|;]`)
	assignment = regexp.MustCompile(`^[A-Z_]+=\S*$`)
	remark     = regexp.MustCompile(`(^|\s)#.*`)
)

// checkCommands reads a shell's block: it parses, and each command in it is one that there is.
func checkCommands(text string) error {
	if output, err := exec.Command("bash", "-n", "-c", text).CombinedOutput(); err != nil {
		return fmt.Errorf("bash: %s", output)
	}
	folder := root
	for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", " ")) {
		for _, command := range separator.Split(remark.ReplaceAllString(line, ""), -1) {
			words := strings.Fields(command)
			for len(words) > 0 && assignment.MatchString(words[0]) {
				words = words[1:]
			}
			if len(words) == 0 || words[0] == "…" {
				continue
			}
			if words[0] == "cd" && len(words) == 2 {
				folder = filepath.Join(folder, words[1])
			}
			if err := checkCommand(folder, words[0], words[1:]); err != nil {
				return fmt.Errorf("%s: %w", strings.TrimSpace(command), err)
			}
		}
	}
	return nil
}

func checkCommand(folder, name string, arguments []string) error {
	switch name {
	case "./build.sh":
		return checkBuild(arguments)
	case "cd":
		_, err := os.Stat(folder)
		return err
	case "go":
		return checkGoCommand(arguments)
	case "mix":
		if len(arguments) > 0 && !slices.Contains(mixCommands, arguments[0]) {
			_, err := os.Stat(filepath.Join(root, "server/phoenix/lib/mix/tasks", arguments[0]+".ex"))
			return err
		}
	default:
		if !slices.Contains(programs, filepath.Base(name)) {
			return fmt.Errorf("a program that is not in the list of this test")
		}
	}
	return nil
}

func checkGoCommand(arguments []string) error {
	if len(arguments) == 0 || !slices.Contains(goCommands, arguments[0]) {
		return fmt.Errorf("go has no such command in this test's list")
	}
	for _, argument := range arguments[1:] {
		if strings.HasPrefix(argument, "./") {
			if _, err := os.Stat(filepath.Join(root, strings.TrimSuffix(argument, "/..."))); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkBuild holds a call of build.sh against what its help says.
func checkBuild(arguments []string) error {
	if len(arguments) == 0 {
		return fmt.Errorf("no command")
	}
	script, err := os.ReadFile(filepath.Join(root, "build.sh"))
	if err != nil {
		return err
	}
	_, help, _ := strings.Cut(string(script), "cat <<-'END'")
	help, _, _ = strings.Cut(help, "END\n")
	if !strings.Contains(help, "./build.sh "+arguments[0]+" ") {
		return fmt.Errorf("build.sh has no command %s", arguments[0])
	}
	_, stages, _ := strings.Cut(help, "or the named stages:")
	stages, _, _ = strings.Cut(stages, "\n")
	for index, argument := range arguments[1:] {
		if strings.HasPrefix(argument, "--") {
			if !strings.Contains(help, argument+" ") {
				return fmt.Errorf("build.sh has no option %s", argument)
			}
		} else if arguments[0] == "test" && !strings.HasPrefix(arguments[index], "--") && !slices.Contains(strings.Fields(stages), argument) {
			return fmt.Errorf("test has no stage %s", argument)
		}
	}
	return nil
}
