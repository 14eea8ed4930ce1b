namespace Earshot.Authentication;

/// <summary>What a credential consists of.</summary>
internal enum NatsAuthCredKind
{
    None = 0,
    UserInfo,
    Token,
    Jwt,
    NKey,
    Creds,
    CredsFile,
    NKeyFile,
}
