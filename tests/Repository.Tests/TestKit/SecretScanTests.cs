using Earshot.Testing;
using Repository.Tests.Rules;
using Xunit;

namespace Repository.Tests.TestKit;

/// <summary>What the scan of the tests' output finds, and that the script looks for the same.</summary>
public sealed class SecretScanTests
{
    // Put together here, so that this file's own text and the names of its tests hold none.
    private static readonly string[] s_secrets =
    [
        "password c4n" + "4ry",
        "secret" + "canary",
        "the seed is S" + "U" + new string('A', 56) + ".",
        "ey" + "J0eXAiOiJKV1QifQ.eyJuYW1lIjoieCJ9.c2lnbmF0dXJl",
        "-----BEGIN PRIVATE" + " KEY-----",
    ];

    [Fact]
    public void Each_kind_of_secret_is_found()
    {
        Assert.All(s_secrets, secret => Assert.True(SecretScan.Find(secret).Success));
        Assert.All(["", "U" + new string('A', 55), "SUBSCRIBE", "eyJ", "KEY"], harmless => Assert.False(SecretScan.Find(harmless).Success));
    }

    [Fact]
    public void The_script_looks_for_the_same_in_what_is_written_to_the_console()
    {
        string script = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "test"));
        string pattern = script.Split('\n').Single(line => line.StartsWith("secrets='", StringComparison.Ordinal))["secrets='".Length..^1];
        Assert.All(s_secrets, secret => Assert.Matches(pattern, secret));
    }
}
