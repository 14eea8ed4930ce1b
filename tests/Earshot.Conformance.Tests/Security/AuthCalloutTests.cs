using System.Buffers.Text;
using System.Text.Json;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Security;

/// <summary>A server that delegates authentication to a service (auth callout, ADR-26).</summary>
public sealed class AuthCalloutTests
{
    [Fact]
    public async Task Callouts_are_given_user_password_and_token_and_their_refusal_is_an_authentication_error()
    {
        using var issuer = new JwtIssuer();
        await using NatsServerProcess server = await Connections.ServerAsync($$"""
            accounts { AUTH: { users: [ { user: auth, password: c4n4ry } ] }, APP: { } }
            authorization { auth_callout { issuer: {{issuer.AccountKey}}, account: AUTH, auth_users: [ auth ] } }
            """);
        await using var service = new NatsConnection(new NatsOpts { Url = server.Url, AuthOpts = new NatsAuthOpts { Username = "auth", Password = "c4n4ry" } });
        await using INatsSub<string> questions = await service.SubscribeCoreAsync<string>("$SYS.REQ.USER.AUTH", cancellationToken: Connections.Cancelled);
        await service.PingAsync(Connections.Cancelled);
        Task answering = AnswerAsync(questions, issuer);

        await Connections.GetsInAsync(new NatsOpts { Url = server.Url, AuthOpts = new NatsAuthOpts { Username = "ann", Password = "c4n4ry-ann" } });
        await Connections.GetsInAsync(new NatsOpts { Url = server.Url, AuthOpts = new NatsAuthOpts { Token = "c4n4ry-token" } });
        NatsConnectFailure refused = await Connections.IsRefusedAsync(new NatsOpts { Url = server.Url, AuthOpts = new NatsAuthOpts { Username = "ann", Password = "c4n4ry-wrong" } });
        Assert.Equal(NatsConnectPhase.Authentication, refused.Phase);
        Assert.True(Assert.IsType<NatsServerException>(refused.Exception).IsAuthError);

        await questions.DisposeAsync();
        await answering.WaitAsync(Connections.Limit, Connections.Cancelled);
    }

    private static async Task AnswerAsync(INatsSub<string> questions, JwtIssuer issuer)
    {
        await foreach (NatsMsg<string> question in questions.Msgs.ReadAllAsync(Connections.Cancelled))
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(question.Data!.Split('.')[1]));
            JsonElement asked = claims.RootElement.GetProperty("nats");
            string user = asked.GetProperty("user_nkey").GetString()!;
            JsonElement said = asked.GetProperty("connect_opts");
            bool isKnown = (Text(said, "user"), Text(said, "pass")) == ("ann", "c4n4ry-ann") || Text(said, "auth_token") == "c4n4ry-token";
            await question.ReplyAsync(
                issuer.CalloutAnswer(user, asked.GetProperty("server_id").GetProperty("id").GetString()!, isKnown ? issuer.CalloutUser(user, "APP") : null, "not known here"),
                cancellationToken: Connections.Cancelled);
        }
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
