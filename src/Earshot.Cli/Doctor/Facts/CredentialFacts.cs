namespace Earshot.Cli.Doctor;

/// <summary>With what a connection authenticates; no secret is kept here.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Origin">The file, or null where the options or the URL have the credentials themselves.</param>
/// <param name="Jwt">What the JWT says, where there is one that can be read.</param>
internal sealed record CredentialFacts(CredentialKind Kind, string? Origin, JwtFacts? Jwt)
{
    /// <summary>The kind as a text.</summary>
    public string Name => Kind switch
    {
        CredentialKind.UserAndPassword => "user and password",
        CredentialKind.Token => "token",
        CredentialKind.NKey => "nkey",
        CredentialKind.Jwt => "JWT",
        _ => "no credentials",
    };

    /// <summary>One line about them.</summary>
    public string Describe(DateTimeOffset now)
    {
        string what = Jwt?.Describe(now) ?? Name;
        return Origin is null ? what : $"{what}, from {Origin}";
    }
}
