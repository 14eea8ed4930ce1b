using System.Collections;
using Earshot.Cli.Fleet;
using Earshot.Cli.Shell;
using Earshot.Cli.Tests.Journals;
using Earshot.Fleet;
using Xunit;

namespace Earshot.Cli.Tests.Fleet;

/// <summary>Files and sources of <c>earshot fleet</c> that cannot be written or read, without a server.</summary>
public sealed class FleetSourcesTests : IDisposable
{
    private readonly JournalRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task File_that_cannot_be_written_to_its_end_is_deleted_and_the_cause_named()
    {
        string path = _tool.PathOf("kept.jsonl");
        ToolException failed = await Assert.ThrowsAsync<ToolException>(() => FleetFiles.WriteAsync(new FullDisk(), path, TestContext.Current.CancellationToken));
        Assert.Equal((ExitCode.File, "--save: no space left"), (failed.Code, failed.Message));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task Monitoring_port_that_is_not_there_is_a_hint_when_there_are_journals()
    {
        string journal = _tool.Write("a.jsonl", new JournalScript().Connect(0).Lose(5, 2).Recover(8, 3).Close(10).Text);
        Assert.Equal(ExitCode.Success, await _tool.RunAsync(["fleet", "incidents", journal, "--offline", "--http", "http://127.0.0.1:1"]));
        Assert.Contains("--http: 127.0.0.1:1 cannot be read", _tool.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--replicas", "3")]
    [InlineData("--max-age", "48h")]
    [InlineData("--journal-size", "2")]
    [InlineData("--server-size", "1")]
    public async Task Setting_of_the_streams_without_their_creation_is_an_error_of_usage(string option, string value)
    {
        Assert.Equal(ExitCode.Usage, await _tool.RunAsync(["fleet", "init", "--app", "APP", "--service", "a", option, value]));
        Assert.Contains($"{option} needs --create", _tool.Error, StringComparison.Ordinal);
        Assert.Equal("", _tool.Out);
    }

    /// <summary>Records whose writing fails as on a full disk.</summary>
    private sealed class FullDisk : IReadOnlyList<FleetRecord>
    {
        public int Count => 1;

        public FleetRecord this[int index] => throw new IOException("no space left");

        public IEnumerator<FleetRecord> GetEnumerator() => throw new IOException("no space left");

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
