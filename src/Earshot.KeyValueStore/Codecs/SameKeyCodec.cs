namespace Earshot.KeyValueStore.Codecs;

/// <summary>Stores keys as they are.</summary>
internal sealed class SameKeyCodec : INatsKeyCodec
{
    public static SameKeyCodec Instance { get; } = new();

    public string Encode(string key) => key;

    public string Decode(string key) => key;

    public string EncodeFilter(string filter) => filter;
}
