using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Earshot.Fleet.Shipping;

/// <summary>
/// The file with the events that are not acknowledged, and the files of earlier processes, whose events it ships. One task does all input and output, so that neither a
/// connection nor a timer ever waits for a disk. The file is empty whenever the outbox is.
/// </summary>
/// <param name="options">The options, with a directory.</param>
/// <param name="run">What has the outbox, and ships.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Receives one warning when the directory cannot be used.</param>
internal sealed class Spool(NatsJournalShippingOptions options, ISpooledOutbox run, TimeProvider time, ILogger logger)
{
    private const int MostWaiting = 4096; // lines; what comes when more wait for the disk is in memory alone

    private readonly Channel<byte[]?> _lines = Channel.CreateBounded<byte[]?>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
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
        try
        {
            IReadOnlyList<string> ended = Directory.Exists(options.SpoolDirectory) ? files.OfEnded(options.SpoolSize, time.GetUtcNow()) : []; // before there is one of this process
            string path;
            await using (FileStream file = files.Create(process))
            {
                path = file.Name;
                _shipping = ShipAsync(ended);
                await foreach (byte[]? line in _lines.Reader.ReadAllAsync().ConfigureAwait(false))
                {
                    await WriteAsync(file, line).ConfigureAwait(false);
                }

                if (run.IsEmpty)
                {
                    file.SetLength(0);
                }

                if (file.Length > 0)
                {
                    return;
                }
            }

            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _lines.Writer.TryComplete();
            SpoolLog.Failed(logger, e, options.SpoolDirectory!);
        }
    }

    private async Task WriteAsync(FileStream file, byte[]? line)
    {
        if (line is null)
        {
            if (run.IsEmpty) // otherwise something arrived in between, whose line may be in front
            {
                file.SetLength(0);
            }

            return;
        }

        if (file.Length + line.Length <= options.SpoolSize)
        {
            await file.WriteAsync(line).ConfigureAwait(false);
            return;
        }

        file.SetLength(0);
        foreach (byte[] part in run.Copy()) // the outbox is the smaller one; it has this event, too
        {
            await file.WriteAsync(part).ConfigureAwait(false);
        }
    }

    private async Task ShipAsync(IReadOnlyList<string> ended)
    {
        await Task.Yield();
        try
        {
            foreach (string path in ended)
            {
                if (await ShipAsync(path).ConfigureAwait(false))
                {
                    File.Delete(path);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            SpoolLog.Failed(logger, e, options.SpoolDirectory!);
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
}
