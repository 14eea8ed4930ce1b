namespace Earshot.Services;

/// <summary>Names of the service protocol (ADR-32).</summary>
public static class NatsSvcConstants
{
    /// <summary>The header with the description of an error.</summary>
    public const string ServiceErrorHeader = "Nats-Service-Error";

    /// <summary>The header with the code of an error.</summary>
    public const string ServiceErrorCodeHeader = "Nats-Service-Error-Code";
}
