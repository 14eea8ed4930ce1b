using System.Collections.Concurrent;
using Earshot.Cli.Tests.Rig;
using Earshot.Cli.Watching;
using Xunit;

namespace Earshot.Cli.Tests.Watching;

/// <summary>The command of <c>--exec</c>.</summary>
public sealed class EventCommandTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly string _file = Path.GetTempFileName();
    private readonly ConcurrentQueue<string> _notices = new();
    private readonly IReadOnlyList<NatsConnectionEvent> _events = TestJournal.Connected(60).Events;

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Command_reads_the_event_as_a_line_of_a_journal()
    {
        await RunAsync($"cat >> {_file}", TimeProvider.System, _events.Take(3));
        await using FileStream journal = File.OpenRead(_file);
        List<NatsConnectionEvent> read = await NatsJournalExport.ReadAsync(journal, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal([NatsEventKind.Connecting, NatsEventKind.ConnectAttempt, NatsEventKind.Connected], read.Select(e => e.Kind));
        Assert.Empty(_notices);
    }

    [Fact]
    public async Task Only_one_command_runs_at_a_time()
    {
        await RunAsync($"echo begin >> {_file}; cat > /dev/null; echo end >> {_file}", TimeProvider.System, _events.Take(4));
        Assert.Equal(string.Concat(Enumerable.Repeat("begin\nend\n", 4)), File.ReadAllText(_file));
    }

    [Fact]
    public async Task Hanging_command_is_ended_with_its_children_after_the_limit()
    {
        var ended = new TaskCompletionSource<string>();
        var time = new CountedTime(EventCommand.Limit, count: 1);
        await using var command = new EventCommand($"sleep 1000 & echo $! > {_file}.new; mv {_file}.new {_file}; wait", ended.SetResult, time);
        command.Offer(_events[0]);
        await time.Created.WaitAsync(s_limit, TestContext.Current.CancellationToken);
        while (new FileInfo(_file).Length == 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        time.Advance(EventCommand.Limit);
        Assert.Equal("the command for Connecting was ended: it has run for 10 s", await ended.Task.WaitAsync(s_limit, TestContext.Current.CancellationToken));
        string child = File.ReadAllText(_file).Trim();
        using var limit = new CancellationTokenSource(s_limit);
        while (IsRunning(child))
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Events_that_come_too_fast_are_left_out_and_counted()
    {
        var command = new EventCommand("sleep 1000", _notices.Enqueue, new FastTime());
        for (int i = 0; i < EventCommand.Capacity + 10; i++)
        {
            command.Offer(_events[0]);
        }

        // One of them may run already.
        Assert.InRange(command.LeftOut, 9, 10);
        await command.DisposeAsync();
        Assert.Contains(_notices, text => text.StartsWith("more than 64 events wait", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Command_that_fails_does_not_stop_the_next_one()
    {
        await RunAsync("echo why >&2; exit 3", TimeProvider.System, _events.Take(2));
        Assert.Equal(["why", "the command for Connecting ended with 3", "why", "the command for ConnectAttempt ended with 3"], _notices);
    }

    [Fact]
    public async Task Output_without_end_is_cut_and_needs_no_memory()
    {
        await RunAsync("head -c 10000000 /dev/zero | tr '\\000' y", TimeProvider.System, _events.Take(1));
        Assert.Equal(2000, Assert.Single(_notices).Length);
    }

    private async Task RunAsync(string text, TimeProvider time, IEnumerable<NatsConnectionEvent> events)
    {
        await using var command = new EventCommand(text, _notices.Enqueue, time);
        foreach (NatsConnectionEvent e in events)
        {
            command.Offer(e);
        }
    }

    // A process that has ended is a zombie until its parent has asked for it.
    private static bool IsRunning(string process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
