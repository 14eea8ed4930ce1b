using System.Text.Json.Nodes;
using Earshot.Interop.Tests.Kit;
using Xunit;

namespace Earshot.Interop.Tests;

/// <summary>The packages of the other client: pinned, and without the name of a registry.</summary>
public sealed class PackageTests
{
    [Fact]
    public async Task Packages_have_exact_versions_and_the_lock_file_has_their_hashes_and_no_host()
    {
        JsonNode package = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(NodePackages.Source, "package.json"), TestContext.Current.CancellationToken))!;
        string text = await File.ReadAllTextAsync(Path.Combine(NodePackages.Source, "package-lock.json"), TestContext.Current.CancellationToken);
        JsonObject locked = JsonNode.Parse(text)!["packages"]!.AsObject();

        Assert.All(package["dependencies"]!.AsObject(), dependency =>
        {
            Assert.Matches(@"\A\d+\.\d+\.\d+(-\d+)?\z", (string)dependency.Value!);
            Assert.Equal((string)dependency.Value!, (string)locked[$"node_modules/{dependency.Key}"]!["version"]!);
        });
        Assert.All(locked.Where(one => one.Key.Length > 0), one => Assert.StartsWith("sha512-", (string)one.Value!["integrity"]!, StringComparison.Ordinal));
        Assert.DoesNotContain("resolved", text, StringComparison.Ordinal);
        Assert.DoesNotContain("://", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_program_is_an_error_that_says_what_to_install()
    {
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => NodePackages.Start(new System.Diagnostics.ProcessStartInfo("node-that-is-missing")));
        Assert.Contains("'node-that-is-missing' could not be started", e.Message, StringComparison.Ordinal);
        Assert.Contains("apt-get install nodejs npm", e.Message, StringComparison.Ordinal);
    }
}
