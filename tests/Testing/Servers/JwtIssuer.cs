using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Earshot.Authentication;

namespace Earshot.Testing;

/// <summary>Writes the JWTs of an operator, an account and its users as ADR-14 has them, with keys made up for a test.</summary>
internal sealed class JwtIssuer : IDisposable
{
    private readonly NKeySigner _operator = NewKey(NKeyKind.Operator, out _);
    private readonly NKeySigner _account = NewKey(NKeyKind.Account, out _);

    public string AccountKey => _account.PublicKey;

    public string Operator => Write(_operator, _operator.PublicKey, "operator", null, "");

    public string Account => Write(
        _operator, _account.PublicKey, "account", null,
        ",\"limits\":{\"subs\":-1,\"data\":-1,\"payload\":-1,\"imports\":-1,\"exports\":-1,\"wildcards\":true,\"conn\":-1,\"leaf\":-1}");

    /// <summary>The configuration of a server with the operator and the account in memory.</summary>
    public string Config => $"operator: {Operator}\nresolver: MEMORY\nresolver_preload: {{ {AccountKey}: {Account} }}\n";

    /// <summary>A user's JWT and seed; <paramref name="expires"/> is what the server's clock is compared with.</summary>
    public (string Jwt, string Seed) User(DateTimeOffset? expires = null, string permissions = "")
    {
        using NKeySigner user = NewKey(NKeyKind.User, out string seed);
        return (UserOf(user.PublicKey, expires, permissions), seed);
    }

    /// <summary>The JWT of a user who needs no key.</summary>
    public string Bearer()
    {
        using NKeySigner user = NewKey(NKeyKind.User, out _);
        return Write(_account, user.PublicKey, "user", null, ",\"bearer_token\":true,\"subs\":-1,\"data\":-1,\"payload\":-1");
    }

    public string UserOf(string publicKey, DateTimeOffset? expires = null, string permissions = "") =>
        Write(_account, publicKey, "user", expires, $",\"subs\":-1,\"data\":-1,\"payload\":-1{permissions}");

    /// <summary>The user that an auth callout puts a client's key into, in an account of the configuration file.</summary>
    public string CalloutUser(string publicKey, string account) =>
        Write(_account, publicKey, "user", null, ",\"subs\":-1,\"data\":-1,\"payload\":-1", account);

    /// <summary>The answer of an auth callout: a user's JWT, or why there is none.</summary>
    public string CalloutAnswer(string publicKey, string serverId, string? jwt, string? error) => Write(
        _account, publicKey, "authorization_response", null, jwt is null ? $",\"error\":\"{error}\"" : $",\"jwt\":\"{jwt}\"", serverId);

    public static string CredsOf((string Jwt, string Seed) user) =>
        $"-----BEGIN NATS USER JWT-----\n{user.Jwt}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n{user.Seed}\n------END USER NKEY SEED------\n";

    public static NKeySigner NewKey(NKeyKind kind, out string seed)
    {
        byte[] key = RandomNumberGenerator.GetBytes(32);
        seed = NKeyCodec.EncodeSeed(kind, key);
        return NKeySigner.FromKey(key, kind);
    }

    public void Dispose()
    {
        _operator.Dispose();
        _account.Dispose();
    }

    private static string Write(NKeySigner issuer, string subject, string type, DateTimeOffset? expires, string more, string? audience = null)
    {
        string exp = expires is { } at ? string.Create(CultureInfo.InvariantCulture, $"\"exp\":{at.ToUnixTimeSeconds()},") : "";
        string aud = audience is null ? "" : $"\"aud\":\"{audience}\",";
        string id = Guid.NewGuid().ToString("N");
        string body = $"{{{exp}{aud}\"jti\":\"{id}\",\"iat\":1700000000,\"iss\":\"{issuer.PublicKey}\",\"name\":\"{type}\",\"sub\":\"{subject}\","
            + $"\"nats\":{{\"type\":\"{type}\",\"version\":2{more}}}}}";
        return Sign(issuer, body);
    }

    /// <summary>The JWT with a body of JSON, signed by an issuer.</summary>
    public static string Sign(NKeySigner issuer, string body)
    {
        string signed = $"{Encoded("{\"typ\":\"JWT\",\"alg\":\"ed25519-nkey\"}")}.{Encoded(body)}";
        return $"{signed}.{Base64Url.EncodeToString(issuer.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Encoded(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
