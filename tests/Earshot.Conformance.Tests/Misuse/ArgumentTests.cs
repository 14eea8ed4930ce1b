using Xunit;

namespace Earshot.Conformance.Tests.Misuse;

/// <summary>What looks wrong and is allowed. What is refused is in the catalogue of Earshot.Catalogue.Tests.</summary>
public sealed class ArgumentTests(Servers servers)
{
    [Theory]
    [InlineData("grün.世界")]
    [InlineData("a.*x")]
    [InlineData("a.x>")]
    [InlineData("a.>b")]
    [InlineData("$a-b_c/d:e")]
    public async Task Letters_of_all_languages_and_wildcard_signs_inside_a_token_are_allowed(string subject)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        await using NatsConnection nats = await servers.ConnectAsync();
        await using INatsSub<int> sub = await nats.SubscribeCoreAsync<int>(subject, cancellationToken: cancel);
        await nats.PublishAsync(subject, 1, cancellationToken: cancel);
        Assert.Equal(subject, (await sub.NextAsync()).Subject);
    }
}
