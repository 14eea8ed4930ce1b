using System.Text;

namespace Earshot.Authentication;

/// <summary>
/// Parses the text of .creds and nkey files. The text is untrusted and secret: messages describe the defect and never quote the
/// text. Does not read files.
/// </summary>
internal static class CredsText
{
    /// <summary>No JWT comes near it, and it bounds what a wrong path can cost.</summary>
    public const int SizeLimit = 64 * 1024;

    private static ReadOnlySpan<byte> Dashes => "---"u8;

    /// <summary>The JWT and the seed of a decorated .creds text.</summary>
    /// <exception cref="NatsCredentialsException">Not a .creds text.</exception>
    public static (string Jwt, NKeySigner Signer) ReadCreds(ReadOnlySpan<byte> text, string origin)
    {
        text = Checked(text, origin);
        ReadOnlySpan<byte> jwt = Section(text, "JWT"u8, origin);
        ReadOnlySpan<byte> seed = Section(text, "SEED"u8, origin);
        if (jwt.IsEmpty)
        {
            throw new NatsCredentialsException(origin, "the user JWT section is missing");
        }

        if (seed.IsEmpty)
        {
            throw new NatsCredentialsException(origin, "the nkey seed section is missing");
        }

        string checkedJwt = Jwt(Encoding.ASCII.GetString(jwt), origin);
        return (checkedJwt, NKeySigner.Parse(seed, origin));
    }

    /// <summary>The seed of an nkey file: alone on a line, or decorated as in a .creds file.</summary>
    /// <exception cref="NatsCredentialsException">Not exactly one seed.</exception>
    public static NKeySigner ReadSeed(ReadOnlySpan<byte> text, string origin)
    {
        text = Checked(text, origin);
        ReadOnlySpan<byte> seed = Section(text, "SEED"u8, origin);
        if (!seed.IsEmpty)
        {
            return NKeySigner.Parse(seed, origin);
        }

        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = Trim(text[range]);
            if (line.IsEmpty || line[0] != (byte)'S' || line.Length is < 40 or > 70)
            {
                continue;
            }

            if (!seed.IsEmpty)
            {
                throw new NatsCredentialsException(origin, "there is more than one nkey seed");
            }

            seed = line;
        }

        return seed.IsEmpty ? throw new NatsCredentialsException(origin, "there is no nkey seed") : NKeySigner.Parse(seed, origin);
    }

    /// <summary>
    /// Refuses what cannot be a JWT or would not fit into CONNECT. Expiry is not checked: the server's clock decides.
    /// </summary>
    /// <exception cref="NatsCredentialsException">Not the form of a JWT.</exception>
    public static string Jwt(string text, string origin)
    {
        string jwt = text.Trim();
        if (jwt.Length > SizeLimit)
        {
            throw new NatsCredentialsException(origin, "the JWT is larger than 64 KiB");
        }

        bool isPlain = jwt.AsSpan().IndexOfAnyExcept(s_jwtLetters) < 0;
        if (!isPlain || jwt.Split('.') is not [{ Length: > 0 }, { Length: > 0 }, { Length: > 0 }])
        {
            throw new NatsCredentialsException(origin, "the JWT is not three base64url parts with dots between them");
        }

        return jwt;
    }

    private static readonly System.Buffers.SearchValues<char> s_jwtLetters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=.");

    private static ReadOnlySpan<byte> Checked(ReadOnlySpan<byte> text, string origin)
    {
        if (text.StartsWith("\uFEFF"u8))
        {
            text = text[3..];
        }

        if (text.IsEmpty)
        {
            throw new NatsCredentialsException(origin, "it is empty");
        }

        if (text.Length > SizeLimit)
        {
            throw new NatsCredentialsException(origin, "it is larger than 64 KiB");
        }

        return text.Contains((byte)0) ? throw new NatsCredentialsException(origin, "it is not UTF-8 text") : text;
    }

    /// <summary>The only non-empty line between <c>---BEGIN ... label---</c> and the next line of dashes; empty: no such section.</summary>
    private static ReadOnlySpan<byte> Section(ReadOnlySpan<byte> text, ReadOnlySpan<byte> label, string origin)
    {
        ReadOnlySpan<byte> found = default;
        bool isInside = false;
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = Trim(text[range]);
            if (line.StartsWith(Dashes))
            {
                isInside = line.IndexOf("BEGIN"u8) >= 0 && line.IndexOf(label) >= 0;
            }
            else if (isInside && !line.IsEmpty)
            {
                if (!found.IsEmpty)
                {
                    throw new NatsCredentialsException(origin, $"the section '{Encoding.ASCII.GetString(label)}' has more than one line or occurs twice");
                }

                found = line;
            }
        }

        return found;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> line) => line.Trim(" \t\r"u8);
}
