using Xunit;

namespace Earshot.Catalogue.Tests;

/// <summary>Finds the tests that rows refer to.</summary>
internal static class OtherTest
{
    /// <summary>The file, relative to the folder of the tests, contains this test.</summary>
    public static void AssertExists(string file, string test)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Earshot.slnx")))
        {
            folder = folder.Parent!;
        }

        string path = Path.Combine(folder.FullName, "tests", file);
        Assert.True(File.Exists(path), path);
        Assert.Contains($" {test}(", File.ReadAllText(path), StringComparison.Ordinal);
    }
}
