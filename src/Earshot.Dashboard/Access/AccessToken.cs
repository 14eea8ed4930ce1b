using System.Security.Cryptography;
using System.Text;

namespace Earshot.Dashboard.Access;

/// <summary>The random token of one dashboard in one process, and its cookie.</summary>
internal sealed class AccessToken
{
    private readonly byte[] _value;

    public AccessToken()
    {
        Text = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _value = Encoding.ASCII.GetBytes(Text);
        // Browsers send cookies to all ports of a host, so each dashboard has a name of its own.
        CookieName = $"earshot-{Convert.ToHexStringLower(SHA256.HashData(_value).AsSpan(0, 4))}";
    }

    /// <summary>The token as the link in the log has it: 32 hexadecimal digits.</summary>
    internal string Text { get; }

    internal string CookieName { get; }

    /// <summary>Compares in a time that does not depend on the content.</summary>
    internal bool Matches(string? text) => text is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(text), _value);
}
