using Earshot.Cli.Shell;
using Earshot.Cli.Tests.Rig;
using Earshot.Cli.Watching;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;
using Xunit;

namespace Earshot.Cli.Tests.Watching;

/// <summary>The screen on a terminal: when it is drawn, and what it leaves.</summary>
public sealed class LiveScreenTests : IDisposable
{
    private const string HideCursor = "\e[?25l";
    private const string ShowCursor = "\e[?25h";

    private readonly FakeTimeProvider _time = new();
    private readonly AwaitableOutput _output = new();
    private readonly SemaphoreSlim _drawing = new(0);
    private readonly WatchState _state = new(["a"], EventSelection.All);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _output.Dispose();
        _drawing.Dispose();
    }

    [Fact]
    public async Task Screen_is_written_only_when_it_has_changed()
    {
        using var stop = new CancellationTokenSource();
        Task running = Open().RunAsync(stop.Token);
        await TickAsync(3);
        int before = _output.ToString().Length;
        await TickAsync(5);
        Assert.Equal(before, _output.ToString().Length);
        _state.Apply(0, TestJournal.Connected(0).Events[0]);
        await TickAsync(2);
        Assert.Contains("connecting to nats://127.0.0.1:4222", _output.ToString()[before..], StringComparison.Ordinal);
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    [Fact]
    public async Task Cursor_waits_at_the_beginning_of_a_line_where_the_terminal_writes_ctrl_c()
    {
        using var stop = new CancellationTokenSource();
        Task running = Open().RunAsync(stop.Token);
        await TickAsync(3);
        Assert.EndsWith("\e[K\r", _output.ToString(), StringComparison.Ordinal);
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    [Fact]
    public async Task Last_picture_stays_and_the_cursor_is_visible()
    {
        using var stop = new CancellationTokenSource();
        Task running = Open().RunAsync(stop.Token);
        await TickAsync(2);
        _state.Apply(0, TestJournal.Connected(0).Events[0]);
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        string text = _output.ToString();
        Assert.Equal(1, text.Split(HideCursor).Length - 1);
        string last = text[text.LastIndexOf(ShowCursor, StringComparison.Ordinal)..];
        Assert.Contains("connecting to", last, StringComparison.Ordinal);
        Assert.InRange(last.Count(static c => c == '\n'), 1, 24 - 1 - 3); // room for the summary
        Assert.DoesNotContain("Ctrl+C", text[text.LastIndexOf("lame duck", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Terminal_that_becomes_narrower_is_cleared()
    {
        using var stop = new CancellationTokenSource();
        LiveScreen screen = Open();
        Task running = screen.RunAsync(stop.Token);
        await TickAsync(2);
        Assert.DoesNotContain("\e[2J", _output.ToString(), StringComparison.Ordinal);
        screen.Console.Profile.Width = 70;
        await TickAsync(2);
        Assert.Contains("\e[H\e[2J", _output.ToString(), StringComparison.Ordinal);
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    private LiveScreen Open()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.Standard, Out = new AnsiConsoleOutput(_output) });
        console.Profile.Width = 80;
        console.Profile.Height = 24;
        var host = new ToolHost { Out = _output, Error = TextWriter.Null, In = TextReader.Null, Time = _time };
        return new LiveScreen(_state, static () => TestJournal.At(1), host) { Console = console, BeforeDrawing = () => _drawing.Release() };
    }

    // The first tick may come before the screen waits for it.
    private async Task TickAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            while (!await _drawing.WaitAsync(TimeSpan.FromMilliseconds(1), Cancel))
            {
                _time.Advance(TimeSpan.FromMilliseconds(200));
            }
        }
    }
}
