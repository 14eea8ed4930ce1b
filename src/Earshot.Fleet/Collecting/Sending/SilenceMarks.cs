using System.Globalization;

namespace Earshot.Fleet.Collecting;

/// <summary>
/// Decides which records about a silence are new to the stream, and names them so that all collectors name them alike. Thread-safe.
/// </summary>
/// <remarks>
/// Any replica may answer, and one that was frozen with its server has not received yet what was stored meanwhile: a return of the server must not be left out because
/// of it. So the highest sequences that were ever seen count, and a record is left out only after several reads.
/// </remarks>
/// <param name="read">Reads the sequences of the last records of a server that say silent and back, 0 without one; null when no server can tell.</param>
internal sealed class SilenceMarks(Func<string, CancellationToken, Task<(ulong Silent, ulong Back)?>> read)
{
    private const int Reads = 3;

    private readonly Dictionary<string, (ulong Silent, ulong Back)> _known = new(StringComparer.Ordinal); // the lock as well

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

            (ulong silent, ulong back) = Learn(server, stored.Silent, stored.Back);
            if (silent > back != saysSilent)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{server}:{(saysSilent ? "silent" : "back")}:{(saysSilent ? back : silent)}");
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
            (ulong silent, ulong back) = _known.GetValueOrDefault(server);
            if (sequence < Math.Max(silent, back))
            {
                _known.Remove(server);
            }

            Learn(server, SaysSilent(record) ? sequence : 0, SaysSilent(record) ? 0 : sequence);
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

    private (ulong Silent, ulong Back) Learn(string server, ulong silent, ulong back)
    {
        lock (_known)
        {
            (ulong Silent, ulong Back) known = _known.GetValueOrDefault(server);
            return _known[server] = (Math.Max(known.Silent, silent), Math.Max(known.Back, back));
        }
    }
}
