namespace Earshot.Authentication;

/// <summary>Where the credentials of an attempt came from, so that a refused login can say which setting to look at.</summary>
internal enum CredentialsSource
{
    None = 0,
    Options = 1,
    ServerUrl = 2,
    DiscoveringServerUrl = 3,
}
