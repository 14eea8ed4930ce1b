namespace Earshot.KeyValueStore.Codecs;

/// <summary>Stores paths as keys: slashes become dots, a slash at the beginning becomes a token, and one at the end is left out (ADR-54).</summary>
internal sealed class PathKeyCodec : INatsKeyCodec
{
    private const string Root = "_root_";

    public static PathKeyCodec Instance { get; } = new();

    public string Encode(string key) => EncodeFilter(key);

    public string Decode(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        string path = key.Replace('.', '/');
        return path == Root ? "/" : path.StartsWith(Root + "/", StringComparison.Ordinal) ? path[Root.Length..] : path;
    }

    public string EncodeFilter(string filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (filter.Contains('.', StringComparison.Ordinal))
        {
            throw new NatsKVException($"The path '{filter}' contains a dot, which would be read as a slash.");
        }

        string path = filter.StartsWith('/') ? Root + filter : filter;
        return path.TrimEnd('/').Replace('/', '.');
    }
}
