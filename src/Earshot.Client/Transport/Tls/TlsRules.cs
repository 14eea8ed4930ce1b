namespace Earshot.Transport;

/// <summary>
/// Decides when TLS is used. Pure: the history of the connection is an argument. An attacker who controls the network
/// can write the first INFO, so INFO can request more TLS than configured, never less than required.
/// </summary>
internal static class TlsRules
{
    public static TlsNeed NeedOf(NatsTlsOpts options, string scheme, bool wasUsed)
    {
        bool isDemanded = wasUsed || options.Mode is TlsMode.Require or TlsMode.Implicit || (options.Mode == TlsMode.Auto && options.AsksForTls);
        return scheme switch
        {
            "wss" when options.Mode == TlsMode.Disable => TlsNeed.Impossible,
            "wss" => TlsNeed.First,
            "ws" => isDemanded ? TlsNeed.Impossible : TlsNeed.Never,
            "tls" when options.Mode == TlsMode.Disable => TlsNeed.Impossible,
            _ when options.Mode == TlsMode.Disable => wasUsed ? TlsNeed.Impossible : TlsNeed.Never,
            _ when options.Mode == TlsMode.Implicit => TlsNeed.First,
            "tls" => TlsNeed.Upgrade,
            _ => isDemanded ? TlsNeed.Upgrade : TlsNeed.IfOffered,
        };
    }

    public static TlsStep AfterInfo(TlsNeed need, bool isRequired, bool isAvailable) => need switch
    {
        TlsNeed.Upgrade => isRequired || isAvailable ? TlsStep.Upgrade : TlsStep.Refuse,
        TlsNeed.IfOffered => isRequired || isAvailable ? TlsStep.Upgrade : TlsStep.Plain,
        TlsNeed.Never => isRequired ? TlsStep.Refuse : TlsStep.Plain,
        _ => TlsStep.Refuse,
    };

    /// <summary>Why <see cref="TlsStep.Refuse"/>, for the one who has to change a setting.</summary>
    public static string RefusalOf(TlsNeed need, string scheme) => (need, scheme) switch
    {
        (TlsNeed.Impossible, "ws") => "TLS is required, but a ws:// URL does not use TLS; use wss://.",
        (TlsNeed.Impossible, _) => $"TlsMode.Disable contradicts the {scheme}:// URL.",
        (TlsNeed.Never, _) => "The server requires TLS, but TlsMode is Disable.",
        _ => "TLS is required, but the server does not offer it. Nothing was sent.",
    };

    /// <summary>Checks what can be checked without a server.</summary>
    /// <exception cref="ArgumentException">Options that exclude each other.</exception>
    public static void Validate(NatsTlsOpts options, IEnumerable<string> schemes)
    {
        int certificates = (options.CertFile is null ? 0 : 1) + (options.CertBundleFile is null ? 0 : 1) + (options.ClientCertificateCallback is null ? 0 : 1);
        if (certificates > 1)
        {
            throw new ArgumentException("NatsTlsOpts: set only one of CertFile, CertBundleFile and ClientCertificateCallback.", nameof(options));
        }

        if ((options.CertFile is null) != (options.KeyFile is null))
        {
            throw new ArgumentException("NatsTlsOpts.CertFile and KeyFile must be set together.", nameof(options));
        }

        if (!Enum.IsDefined(options.Mode))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Mode, "NatsTlsOpts.Mode is not a TlsMode.");
        }

        foreach (string scheme in schemes)
        {
            if (NeedOf(options, scheme, wasUsed: false) == TlsNeed.Impossible)
            {
                throw new ArgumentException(RefusalOf(TlsNeed.Impossible, scheme), nameof(options));
            }
        }
    }
}
