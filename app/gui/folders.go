package gui

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// defaultExportFolder is the folder Blindspot in the user's folder for pictures.
func defaultExportFolder() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	pictures := filepath.Join(home, "Pictures")
	if runtime.GOOS == "linux" {
		config, err := os.UserConfigDir()
		if err == nil {
			if f, err := os.Open(filepath.Join(config, "user-dirs.dirs")); err == nil {
				defer f.Close()
				if dir := picturesFolder(bufio.NewScanner(f), home); dir != "" {
					pictures = dir
				}
			}
		}
	}
	return filepath.Join(pictures, "Blindspot")
}

// picturesFolder reads XDG_PICTURES_DIR out of the user-dirs.dirs file of
// xdg-user-dirs; empty where it is not given.
func picturesFolder(lines *bufio.Scanner, home string) string {
	for lines.Scan() {
		value, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "XDG_PICTURES_DIR=")
		if !ok {
			continue
		}
		value = strings.Trim(value, `"`)
		if rest, ok := strings.CutPrefix(value, "$HOME"); ok {
			value = home + rest
		}
		if filepath.IsAbs(value) {
			return value
		}
	}
	return ""
}

// showInFolder opens the folder of path in the system's file manager, with the
// file selected where the system can.
func showInFolder(path string) error {
	var cmd *exec.Cmd
	switch runtime.GOOS {
	case "darwin":
		cmd = exec.Command("open", "-R", path)
	case "windows":
		cmd = exec.Command("explorer", "/select,", path)
	default:
		cmd = exec.Command("xdg-open", filepath.Dir(path))
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	go cmd.Wait() // its exit says nothing: explorer fails when it succeeds
	return nil
}

// tilde writes the user's home folder in path as ~.
func tilde(path string) string {
	home, err := os.UserHomeDir()
	if err != nil || home == "" {
		return path
	}
	if rest, ok := strings.CutPrefix(path, home); ok && (rest == "" || os.IsPathSeparator(rest[0])) {
		return "~" + rest
	}
	return path
}
