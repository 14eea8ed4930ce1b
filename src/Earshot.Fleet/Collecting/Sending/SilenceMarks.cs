using System.Globalization;

namespace Earshot.Fleet.Collecting;

/// <summary>
/// Decides which records about a silence are new to the stream, and names them so that all collectors name them alike. Thread-safe.
/// </summary>
/// <remarks>
/// Any replica may answer, and one that was frozen with its server has not received yet what was stored meanwhile: a return of the server must not be left out because
/// of it. So the highest sequences that were ever seen count, and a record is left out only after several reads.
/// A collector that is late finds a silence whose return another one has stored already: such a silence began before that return, and is left out.
/// </remarks>
/// <param name="read">Reads the last records of a server that say silent and back; null when no server can tell.</param>
internal sealed class SilenceMarks(Func<string, CancellationToken, Task<StoredSilence?>> read)
{
    private const int Reads = 3;

    // Collectors estimate the clock of a server differently, by milliseconds; a silence lasts for seconds.
    private static readonly TimeSpan s_apart = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, StoredSilence> _known = new(StringComparer.Ordinal); // the lock as well

    /// <summary>The id of the message: it has the number of the last mark before it. Null when the stream has the record already.</summary>
    public async Task<string?> IdOfAsync(HeldRecord record, CancellationToken cancellationToken)
    {
        string server = record.Record.Server.Id;
        bool saysSilent = SaysSilent(record);
        for (int i = 0; i < Reads; i++)
        {
            if (await read(server, cancellationToken).ConfigureAwait(false) is not { } stored)
            {
                return record.MessageId;
            }

            StoredSilence known = Learn(server, stored);
            if (saysSilent && known.Back > 0 && record.Record.At < known.Returned - s_apart)
            {
                return null;
            }

            if (known.Silent > known.Back != saysSilent)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{server}:{(saysSilent ? "silent" : "back")}:{(saysSilent ? known.Back : known.Silent)}");
            }
        }

        return null;
    }

    /// <summary>The stream has the record under this sequence. A sequence that is lower than those before it shows that the stream was created again.</summary>
    public void Stored(HeldRecord record, ulong sequence)
    {
        string server = record.Record.Server.Id;
        lock (_known)
        {
            StoredSilence known = _known.GetValueOrDefault(server);
            if (sequence < Math.Max(known.Silent, known.Back))
            {
                _known.Remove(server);
            }

            Learn(server, SaysSilent(record) ? new StoredSilence(sequence, 0) : new StoredSilence(0, sequence) { Returned = record.Record.At });
        }
    }

    /// <summary>A server has ended; should it return, the stream is read again.</summary>
    public void Forget(string server)
    {
        lock (_known)
        {
            _known.Remove(server);
        }
    }

    private static bool SaysSilent(HeldRecord record) => record.Record.Kind == ServerRecordKind.Silent;

    private StoredSilence Learn(string server, in StoredSilence stored)
    {
        lock (_known)
        {
            StoredSilence known = _known.GetValueOrDefault(server);
            return _known[server] = new StoredSilence(Math.Max(known.Silent, stored.Silent), Math.Max(known.Back, stored.Back))
            {
                Returned = stored.Returned > known.Returned ? stored.Returned : known.Returned,
            };
        }
    }
}
