namespace Earshot.Cli.Doctor;

/// <summary>With what a connection authenticates.</summary>
internal enum CredentialKind
{
    None,
    UserAndPassword,
    Token,
    NKey,
    Jwt,
}
