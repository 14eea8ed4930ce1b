using Earshot.Cli.Output;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Connecting;

/// <summary>Where the <c>nats</c> tool keeps its contexts (ADR-21).</summary>
internal static class ContextFolder
{
    // As the client: a context is small, and what is larger is something else.
    private const int MostBytes = 64 * 1024;

    /// <summary>Returns the folder; null when the environment has no home.</summary>
    internal static string? Of(ToolHost host)
    {
        string? root = host.Variable("XDG_CONFIG_HOME") ?? (host.Variable("HOME") ?? host.Variable("USERPROFILE")) switch { { } home => Path.Combine(home, ".config"), _ => null };
        return root is null ? null : Path.Combine(root, "nats");
    }

    /// <summary>Returns the name of the selected context; null when none is selected.</summary>
    internal static string? Selected(string? folder)
    {
        string? path = folder is null ? null : Path.Combine(folder, "context.txt");
        return path is not null && File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } name ? name : null;
    }

    /// <summary>Returns the names of all contexts in order.</summary>
    internal static IReadOnlyList<string> Names(string? folder)
    {
        string? contexts = folder is null ? null : Path.Combine(folder, "context");
        return contexts is null || !Directory.Exists(contexts) ? []
            : [.. Directory.EnumerateFiles(contexts, "*.json").Select(Path.GetFileNameWithoutExtension).OfType<string>().Order(StringComparer.Ordinal)];
    }

    /// <summary>Returns the content of a context.</summary>
    /// <exception cref="ToolException">There is no such context, or it is too large.</exception>
    internal static byte[] Read(string? folder, string name)
    {
        if (!Names(folder).Contains(name))
        {
            throw new ToolException(ExitCode.File, $"There is no context '{SafeText.Line(name)}'. `earshot context ls` lists all.");
        }

        string path = Path.Combine(folder!, "context", name + ".json");
        return new FileInfo(path).Length <= MostBytes ? File.ReadAllBytes(path) : throw new ToolException(ExitCode.File, $"The context '{name}' is larger than {MostBytes / 1024} KiB.");
    }
}
