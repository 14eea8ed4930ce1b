using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Earshot;
using Repository.Tests.Rules;
using Xunit;

namespace Repository.Tests.Docs;

/// <summary>Runs the programs of the README against an in-process server and compares their output with the output that the README shows.</summary>
public sealed partial class ReadmeOutputTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task First_program_prints_the_lines_that_the_readme_shows()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { Name = "n1" }, Token);
        using Process program = Start("hello", server.Url);
        string output = await program.StandardOutput.ReadToEndAsync(Token).WaitAsync(s_limit, Token);
        await program.WaitForExitAsync(Token).WaitAsync(s_limit, Token);
        Assert.Equal(0, program.ExitCode);
        AssertShown("A first program", Lines(output.Replace(server.Url, "nats://localhost:4222", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Service_prints_the_lines_that_the_readme_shows()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Token);
        using Process program = Start("responder", server.Url);
        try
        {
            var lines = new List<string> { await ReadLineAsync(program) };
            await using var client = new NatsClient(server.Url);
            NatsMsg<int> reply = await client.RequestAsync<int, int>("math.double", 21, cancellationToken: Token);
            Assert.Equal(42, reply.Data);
            lines.Add(await ReadLineAsync(program));
            AssertShown("A service in 20 lines", lines);
        }
        finally
        {
            program.Kill();
        }
    }

    [Fact]
    public void Readme_fits_two_screens_and_its_service_has_about_twenty_lines()
    {
        var readme = MarkdownFile.Named("README.md");
        Assert.InRange(readme.Text.Count(c => c == '\n'), 1, 115);
        Assert.InRange(readme.CodeBlocks.Max(block => block.Split('\n').Count(line => line.Trim().Length > 0)), 1, 22);
    }

    [GeneratedRegex(@"#\d+|\d+(\.\d+)? (ms|s)\b")]
    private static partial Regex Varying { get; }

    // The shown lines are a selection, in the order of the output; numbers of events and durations differ between runs.
    private static void AssertShown(string heading, IReadOnlyList<string> output)
    {
        string section = MarkdownFile.Named("README.md").Text.Split($"\n## {heading}\n")[1].Split("\n## ")[0];
        IReadOnlyList<string> shown = Lines(section.Split("```text\n")[1].Split("```")[0]);
        Assert.NotEmpty(shown);
        int from = 0;
        foreach (string line in shown)
        {
            int at = output.Select(Mask).ToList().IndexOf(Mask(line), from);
            Assert.True(at >= 0, $"the README shows '{line}'; the output is:\n{string.Join('\n', output)}");
            from = at + 1;
        }
    }

    private static string Mask(string line) => Varying.Replace(line, "*");

    private static IReadOnlyList<string> Lines(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static async Task<string> ReadLineAsync(Process program) =>
        await program.StandardOutput.ReadLineAsync(Token).AsTask().WaitAsync(s_limit, Token) ?? throw new InvalidOperationException("The program has ended.");

    // .../tests/Repository.Tests/bin/Debug/net10.0: the samples are built with the same configuration.
    private static Process Start(string sample, string url)
    {
        var bin = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string program = Path.Combine(RepositoryFiles.Root, "samples", sample, "bin", bin.Parent!.Name, bin.Name, sample + ".dll");
        Assert.True(File.Exists(program), string.Create(CultureInfo.InvariantCulture, $"{program} is not built"));
        var start = new ProcessStartInfo("dotnet", [program]) { RedirectStandardOutput = true };
        start.Environment["NATS_URL"] = url;
        return Process.Start(start)!;
    }
}
