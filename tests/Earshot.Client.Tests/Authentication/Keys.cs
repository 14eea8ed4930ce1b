using Earshot.Authentication;

namespace Earshot.Client.Tests.Authentication;

/// <summary>Keys and credential texts made up for a test.</summary>
internal static class Keys
{
    public const string Jwt = "eyJ0eXAiOiJKV1QifQ.eyJuYW1lIjoiand0Y2FuYXJ5In0.c2lnbmF0dXJl";

    public static string Seed(byte fill = 7) => NKeyCodec.EncodeSeed(NKeyKind.User, Enumerable.Repeat(fill, 32).ToArray());

    public static string Creds(string jwt, string seed, string newLine = "\n") => string.Join(newLine, [
        "-----BEGIN NATS USER JWT-----",
        jwt,
        "------END NATS USER JWT------",
        "",
        "Anyone who has the seed below is this user.",
        "",
        "-----BEGIN USER NKEY SEED-----",
        seed,
        "------END USER NKEY SEED------",
        "",
    ]);
}
