using Earshot.JetStream;
using Earshot.JetStream.Context;

namespace Earshot.ObjectStore.Buckets;

/// <summary>
/// Where the chunks and the information of one bucket are stored. In a domain the subjects have no prefix: the server maps only its API and
/// the key-value store (unlike ADR-19).
/// </summary>
internal sealed class StoreSite(INatsJSContext context, string bucket, StreamInfo info)
{
    private const long UsualMaxPayload = 1024 * 1024;

    private static readonly TimeSpan s_usualDuplicateWindow = TimeSpan.FromMinutes(2);

    private readonly string _chunks = StoreNames.ChunksOf(bucket);
    private readonly string _metas = StoreNames.MetasOf(bucket);

    public INatsJSContext Context => context;

    public JetStreamPort Port { get; } = JetStreamPort.Of(context);

    public string Bucket => bucket;

    public string Stream { get; } = StoreNames.StreamOf(bucket);

    /// <summary>The creation time of the stream, when the bucket was opened.</summary>
    public DateTimeOffset Created => info.Created;

    /// <summary>The time within which a message id is stored once, when the bucket was opened.</summary>
    public TimeSpan DuplicateWindow => info.Config.DuplicateWindow > TimeSpan.Zero ? info.Config.DuplicateWindow : s_usualDuplicateWindow;

    /// <summary>Reads the sequences and message ids of a subject. A test replaces it, because no client may deliver messages as a consumer does.</summary>
    public Func<string, Action<ulong, string?>, CancellationToken, ValueTask<bool>> ReadIds
    {
        get => field ??= (subject, add, cancellationToken) => StoredIds.ReadAsync(this, subject, add, cancellationToken);
        init;
    }

    /// <summary>The subject of all information of objects.</summary>
    public string AllMetas => _metas + ">";

    /// <summary>The largest message that the server of the connection accepts, in bytes.</summary>
    public long MaxPayload => context.Connection.ServerInfo?.MaxPayload is { } known && known > 0 ? known : UsualMaxPayload;

    public string Chunks(string nuid) => _chunks + nuid;

    public string Meta(string name) => _metas + StoreNames.TokenOf(name);

    /// <summary>The name of the object whose information has this subject; null when it is not the subject of an object.</summary>
    public string? NameOf(string subject) => subject.StartsWith(_metas, StringComparison.Ordinal) ? StoreNames.NameOf(subject.AsSpan(_metas.Length)) : null;
}
