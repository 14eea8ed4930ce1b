using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Threading.Channels;

namespace Earshot.Cli.Watching;

/// <summary>
/// Runs a command of the shell on events, with the event as a line of JSON on its standard input. One at a time; at most
/// <see cref="Capacity"/> events wait, and what comes then is left out and counted. A command that runs longer than its time is ended,
/// with all its processes. Nothing of it delays the journal.
/// </summary>
internal sealed class EventCommand : IAsyncDisposable
{
    /// <summary>Number of events that wait at most.</summary>
    internal const int Capacity = 64;

    private const int MaxNotices = 5;
    private const int MaxOutput = 2000;

    private readonly Channel<NatsConnectionEvent> _queue = Channel.CreateBounded<NatsConnectionEvent>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly CancellationTokenSource _ending = new();
    private readonly string _command;
    private readonly Action<string> _notice;
    private readonly TimeProvider _time;
    private readonly Task _running;
    private int _leftOut;

    /// <summary>Starts to wait for events.</summary>
    /// <param name="command">The command, for the shell of the system.</param>
    /// <param name="notice">Receives what the command writes, and why it failed; one line per call.</param>
    /// <param name="time">The clock of the limit.</param>
    internal EventCommand(string command, Action<string> notice, TimeProvider time)
    {
        (_command, _notice, _time) = (command, notice, time);
        _running = RunAllAsync();
    }

    /// <summary>How long one command may run: 10 seconds.</summary>
    internal static TimeSpan Limit { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Number of events for which the command was not run, because too many waited.</summary>
    internal int LeftOut => Volatile.Read(ref _leftOut);

    /// <summary>Takes an event, and returns immediately.</summary>
    internal void Offer(NatsConnectionEvent e)
    {
        if (!_queue.Writer.TryWrite(e) && Interlocked.Increment(ref _leftOut) == 1)
        {
            _notice($"more than {Capacity} events wait for the command; those that come now are left out");
        }
    }

    /// <summary>Waits until the command has run for all events, for at most <see cref="Limit"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        using var limit = new CancellationTokenSource(Limit, _time);
        using (limit.Token.Register(_ending.Cancel))
        {
            await _running.ConfigureAwait(false);
        }

        _ending.Dispose();
    }

    private async Task RunAllAsync()
    {
        await foreach (NatsConnectionEvent e in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (_ending.IsCancellationRequested)
            {
                _leftOut++;
                continue;
            }

            try
            {
                await RunAsync(e).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                _notice($"the command was not run for {e.Kind}: {failure.Message}");
            }
        }
    }

    private async Task RunAsync(NatsConnectionEvent e)
    {
        using var line = new MemoryStream();
        await NatsJournalExport.WriteAsync([e], line).ConfigureAwait(false);
        using Process process = Process.Start(Start())!;
        using var limit = new CancellationTokenSource(Limit, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _ending.Token);
        var output = Task.WhenAll(ForwardAsync(process.StandardOutput, stop.Token), ForwardAsync(process.StandardError, stop.Token));
        try
        {
            await WriteAsync(process, line.ToArray(), stop.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(stop.Token).ConfigureAwait(false);
            await output.WaitAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await output.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            string why = limit.IsCancellationRequested ? string.Create(CultureInfo.InvariantCulture, $"it has run for {Limit.TotalSeconds:0} s") : "the tool ends";
            _notice($"the command for {e.Kind} was ended: {why}");
            return;
        }

        if (process.ExitCode != 0)
        {
            _notice($"the command for {e.Kind} ended with {process.ExitCode}");
        }
    }

    private ProcessStartInfo Start() => new(
        OperatingSystem.IsWindows() ? "cmd.exe" : "/bin/sh", OperatingSystem.IsWindows() ? ["/c", _command] : ["-c", _command])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
    };

    private static async Task WriteAsync(Process process, byte[] line, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(line, cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The command does not read its input.
        }
    }

    // What is behind the first characters is read and forgotten, so that a command that writes without end needs no memory.
    private async Task ForwardAsync(StreamReader output, CancellationToken cancellationToken)
    {
        char[] block = new char[1024];
        var text = new StringBuilder();
        try
        {
            while (await output.ReadAsync(block, cancellationToken).ConfigureAwait(false) is > 0 and var count)
            {
                text.Append(block, 0, Math.Min(count, MaxOutput - text.Length));
            }
        }
        finally
        {
            foreach (string line in text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(MaxNotices))
            {
                _notice(line);
            }
        }
    }
}
