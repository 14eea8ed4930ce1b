using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Earshot.Fleet.Shipping;

/// <summary>
/// The file with the events that are not acknowledged, and the files of earlier processes, whose events it ships. One task does all input and output, so that neither a
/// connection nor a timer ever waits for a disk. The file is empty whenever the outbox is. After an error it is written again from the outbox, as soon as that is possible.
/// </summary>
/// <param name="options">The options, with a directory.</param>
/// <param name="run">What has the outbox, and ships.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Receives at most one warning an hour when the directory cannot be used.</param>
internal sealed class Spool(NatsJournalShippingOptions options, ISpooledOutbox run, TimeProvider time, ILogger logger)
{
    private const int MostWaiting = 4096; // lines; what comes when more wait for the disk is in memory alone

    private readonly Channel<byte[]?> _lines = Channel.CreateBounded<byte[]?>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private static readonly byte[] s_tryAgain = []; // in place of a line
    private static readonly TimeSpan s_retry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_warningInterval = TimeSpan.FromHours(1);

    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _warnings = new();
    private long? _warned;
    private long? _failed; // when the file could not be written; null while it can
    private Task _writing = Task.CompletedTask;
    private Task _shipping = Task.CompletedTask;

    /// <summary>Starts to write, and to ship what earlier processes have left.</summary>
    /// <param name="process">What makes the name of the file unique.</param>
    public void Start(string process)
    {
        var files = new SpoolFiles(options.SpoolDirectory!, options.Service);
        _writing = WriteAsync(files, process);
    }

    /// <summary>Adds a line. Never waits.</summary>
    public void Add(byte[] line) => _lines.Writer.TryWrite(line);

    /// <summary>Everything is acknowledged.</summary>
    public void Clear() => _lines.Writer.TryWrite(null);

    /// <summary>Ends writing. The file stays when something is not acknowledged.</summary>
    public async Task EndAsync()
    {
        _lines.Writer.TryComplete();
        _end.TrySetResult();
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _shipping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WriteAsync(SpoolFiles files, string process)
    {
        await Task.Yield();
        _shipping = ShipAsync(Ended(files)); // found before there is a file of this process
        var file = new SpoolFile(files, process);
        using ITimer retry = time.CreateTimer(_ => _lines.Writer.TryWrite(s_tryAgain), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await TryAsync(() => file.ReplaceAsync([]), retry).ConfigureAwait(false);
        await foreach (byte[]? line in _lines.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (_failed is not { } failed)
            {
                await TryAsync(() => WriteAsync(file, line), retry).ConfigureAwait(false);
            }
            else if (time.GetElapsedTime(failed) >= s_retry)
            {
                await TryAsync(() => file.ReplaceAsync(run.Copy()), retry).ConfigureAwait(false);
            }
        }

        await TryAsync(() => EndAsync(file), retry).ConfigureAwait(false);
        await TryAsync(() => file.DisposeAsync().AsTask(), retry).ConfigureAwait(false);
    }

    // Whatever is wrong with a disk, it is tried again: what is in the outbox then is not lost.
    private async Task TryAsync(Func<Task> write, ITimer retry)
    {
        try
        {
            await write().ConfigureAwait(false);
            _failed = null;
        }
        catch (Exception e)
        {
            _failed = time.GetTimestamp();
            retry.Change(s_retry, Timeout.InfiniteTimeSpan);
            Warn(e);
        }
    }

    private async Task WriteAsync(SpoolFile file, byte[]? line)
    {
        if (line is null)
        {
            if (run.IsEmpty) // otherwise something arrived in between, whose line may be in front
            {
                file.Clear();
            }
        }
        else if (file.Length + line.Length <= options.SpoolSize)
        {
            await file.AddAsync(line).ConfigureAwait(false);
        }
        else
        {
            await file.ReplaceAsync(run.Copy()).ConfigureAwait(false); // the outbox is the smaller one; it has this event, too
        }
    }

    private async Task EndAsync(SpoolFile file)
    {
        if (run.IsEmpty && file.Length > 0)
        {
            file.Clear();
        }
        else if (!run.IsEmpty && _failed is not null)
        {
            await file.ReplaceAsync(run.Copy()).ConfigureAwait(false);
        }
    }

    private IReadOnlyList<string> Ended(SpoolFiles files)
    {
        try
        {
            return Directory.Exists(options.SpoolDirectory) ? files.OfEnded(options.SpoolSize, time.GetUtcNow()) : [];
        }
        catch (Exception e)
        {
            Warn(e);
            return [];
        }
    }

    // Each file by itself: one that cannot be read does not keep back the others.
    private async Task ShipAsync(IReadOnlyList<string> ended)
    {
        await Task.Yield();
        foreach (string path in ended)
        {
            try
            {
                if (await ShipAsync(path).ConfigureAwait(false))
                {
                    File.Delete(path);
                }
            }
            catch (Exception e)
            {
                Warn(e);
            }
        }
    }

    private async Task<bool> ShipAsync(string path)
    {
        await using FileStream? file = SpoolFiles.TryOpen(path);
        if (file is null)
        {
            return false; // another process ships it
        }

        foreach (FrozenBatch batch in SpoolReader.Read(file, options))
        {
            await Task.WhenAny(run.ShipAsync(batch), _end.Task).ConfigureAwait(false);
            if (_end.Task.IsCompleted)
            {
                return false; // the rest is shipped by a later process
            }
        }

        file.SetLength(0);
        return true;
    }

    private void Warn(Exception exception)
    {
        lock (_warnings)
        {
            if (_warned is { } warned && time.GetElapsedTime(warned) < s_warningInterval)
            {
                return;
            }

            _warned = time.GetTimestamp();
        }

        SpoolLog.Failed(logger, exception, options.SpoolDirectory!);
    }
}
