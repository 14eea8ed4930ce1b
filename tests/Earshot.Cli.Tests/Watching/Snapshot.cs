using System.Runtime.CompilerServices;
using Xunit;

namespace Earshot.Cli.Tests.Watching;

/// <summary>Compares a text with a file of the folder Snapshots.</summary>
internal static class Snapshot
{
    /// <param name="name">The name of the file without its extension.</param>
    /// <param name="actual">The text; escape sequences are compared as <c>\e</c>.</param>
    /// <param name="source">The path of the test, which the compiler sets.</param>
    internal static void Matches(string name, string actual, [CallerFilePath] string source = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(source)!, "Snapshots", name + ".txt");
        string expected = File.Exists(path) ? File.ReadAllText(path) : "";
        string readable = actual.Replace("\e", "\\e", StringComparison.Ordinal);
        Assert.True(expected == readable, $"{name} is not as in its file. It is:\n{readable}");
    }
}
