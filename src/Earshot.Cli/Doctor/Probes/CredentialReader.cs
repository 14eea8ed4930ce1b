namespace Earshot.Cli.Doctor;

/// <summary>Finds out with what the client will authenticate, in the order in which it selects, and reads the JWT of a credentials file.</summary>
internal static class CredentialReader
{
    private const int SizeLimit = 64 * 1024;
    private const string JwtStart = "eyJ"; // what base64 makes of the first two characters of a JSON object

    /// <summary>Returns the facts, and the JWT itself so that it can be hidden in texts.</summary>
    /// <param name="opts">The options of the client.</param>
    public static (CredentialFacts Facts, string? Jwt) Read(NatsOpts opts)
    {
        NatsAuthOpts auth = opts.AuthOpts;
        if (auth.CredsFile is { } creds)
        {
            string? inFile = JwtOf(creds);
            return (new CredentialFacts(CredentialKind.Jwt, creds, inFile is null ? null : JwtFacts.Read(inFile)), inFile);
        }

        if (auth.NKeyFile is { } nkey)
        {
            return (new CredentialFacts(CredentialKind.NKey, nkey, null), null);
        }

        if (auth.Jwt is { } jwt)
        {
            return (new CredentialFacts(CredentialKind.Jwt, null, JwtFacts.Read(jwt)), jwt);
        }

        CredentialKind kind = auth switch
        {
            { Seed: not null } => CredentialKind.NKey,
            { Token: not null } => CredentialKind.Token,
            { Username: not null } or { Password: not null } => CredentialKind.UserAndPassword,
            _ => OfUrl(opts.Url),
        };
        return (new CredentialFacts(kind, null, null), null);
    }

    private static CredentialKind OfUrl(string url)
    {
        int start = url.IndexOf("://", StringComparison.Ordinal) is >= 0 and int scheme ? scheme + 3 : 0;
        int at = url.LastIndexOf('@');
        return at <= start ? CredentialKind.None
            : url.AsSpan(start, at - start).Contains(':') ? CredentialKind.UserAndPassword
            : CredentialKind.Token;
    }

    // The client reports what is wrong with the file; here only what the JWT says counts.
    private static string? JwtOf(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: <= SizeLimit }
                ? File.ReadLines(path).Select(static line => line.Trim()).FirstOrDefault(static line => line.StartsWith(JwtStart, StringComparison.Ordinal))
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
