using Earshot.JetStream;
using Earshot.JetStream.Context;

namespace Earshot.KeyValueStore.Buckets;

/// <summary>
/// Where the entries of one bucket are written and read. A mirror is read itself; its writes, and reads that must see them, go to the
/// mirrored bucket. In a domain, or with another prefix of the API, a write goes to the prefix and the subject; subjects of stored messages
/// and filters do not have it.
/// </summary>
internal sealed class BucketRoutes
{
    private const string DefaultPrefix = "$JS.API";

    private readonly string _write; // the subjects of writes, up to the key
    private readonly string _direct; // the subjects of direct gets, up to the key
    private readonly JetStreamPort _origin;
    private StreamConfig _config;
    private string _lastWritten = ""; // many applications write or read one key repeatedly
    private string _lastDirect = "";

    public BucketRoutes(INatsJSContext context, string bucket, StreamInfo info)
    {
        (Context, Bucket, Stream, Port, _config) = (context, bucket, BucketNames.StreamOf(bucket), JetStreamPort.Of(context), info.Config);
        Created = info.Created;
        (_origin, OriginStream, Subjects) = (Port, Stream, BucketNames.SubjectOf(bucket));
        string written = Subjects;
        if (info.Config.Mirror is { } mirror && BucketNames.BucketOf(mirror.Name) is { } mirrored)
        {
            written = BucketNames.SubjectOf(mirrored);
            OriginStream = mirror.Name;
            Subjects = mirror.SubjectTransforms?.Any(transform => transform.Dest.StartsWith(Subjects, StringComparison.Ordinal)) == true ? Subjects : written;
            _origin = mirror.External?.Api is { Length: > 0 } api ? Port.WithPrefix(context.Connection, api) : Port;
        }

        OriginSubjects = written;
        _write = _origin.Options.Prefix == DefaultPrefix ? written : $"{_origin.Options.Prefix}.{written}";
        _direct = $"{Port.Options.Prefix}.DIRECT.GET.{Stream}.{Subjects}";
    }

    public INatsJSContext Context { get; }

    public JetStreamPort Port { get; }

    /// <summary>The port through which entries are written.</summary>
    public JetStreamPort Origin => _origin;

    public string Bucket { get; }

    /// <summary>The name of the stream that is read.</summary>
    public string Stream { get; }

    /// <summary>The name of the stream that is written.</summary>
    public string OriginStream { get; }

    /// <summary>The subjects of the entries in the stream that is read, up to the key.</summary>
    public string Subjects { get; }

    /// <summary>The subjects of the entries in the stream that is written, up to the key.</summary>
    public string OriginSubjects { get; }

    /// <summary>The creation time of the stream, when the bucket was opened.</summary>
    public DateTimeOffset Created { get; }

    /// <summary>The last known configuration of the stream.</summary>
    public StreamConfig Config
    {
        get => Volatile.Read(ref _config);
        set => Volatile.Write(ref _config, value);
    }

    public string Written(string key) => SubjectOf(_write, key, ref _lastWritten);

    public string Direct(string key) => SubjectOf(_direct, key, ref _lastDirect);

    /// <summary>The subject of direct gets with a body.</summary>
    public string DirectBySequence => $"{Port.Options.Prefix}.DIRECT.GET.{Stream}";

    // One reference, so that threads need no lock: the subject of another key is detected by its text.
    private static string SubjectOf(string prefix, string key, ref string last)
    {
        string known = last;
        if (known.Length == prefix.Length + key.Length && known.EndsWith(key, StringComparison.Ordinal))
        {
            return known;
        }

        return last = prefix + key;
    }
}
