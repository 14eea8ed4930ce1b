namespace Earshot.Protocol;

/// <summary>The addresses of a list in INFO. Compared one by one, and only ever given away as a copy; null where there is no list.</summary>
internal readonly struct UrlList(string[]? urls) : IEquatable<UrlList>
{
    private readonly string[]? _urls = (string[]?)urls?.Clone();

    public string[]? ToArray() => (string[]?)_urls?.Clone();

    public bool Equals(UrlList other) => _urls is null ? other._urls is null : other._urls is not null && _urls.AsSpan().SequenceEqual(other._urls);

    public override bool Equals(object? obj) => obj is UrlList other && Equals(other);

    public override int GetHashCode() => _urls is [var first, ..] ? HashCode.Combine(_urls.Length, first) : 0;
}
