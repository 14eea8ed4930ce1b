using System.Text;
using System.Text.Json.Nodes;
using Earshot.Interop.Tests.Kit;
using Earshot.Services;
using Earshot.Testing;
using Xunit;

namespace Earshot.Interop.Tests;

/// <summary>Services of one client that the other one finds and calls.</summary>
[BothServers]
[Trait("Duration", "Long")]
public sealed class ServiceTests(InteropServer server)
{
    [Fact]
    public async Task Service_of_the_other_client_is_found_and_called()
    {
        await using InteropRig rig = await InteropRig.StartAsync(server);
        var options = new JsonObject { ["description"] = "theirs", ["metadata"] = new JsonObject { ["a"] = "b" }, ["queue"] = "workers" };
        string id = (string)(await rig.Peer.AskAsync("serviceStart", rig.Name, "1.2.3", $"{rig.Name}.text", options))!;
        NatsMsg<string> reply = await rig.Connection.RequestAsync<string, string>($"{rig.Name}.text.reverse", "abc", cancellationToken: rig.Cancel);
        Assert.Equal("cba", reply.EnsureServiceSuccess().Data);
        NatsMsg<string> failed = await rig.Connection.RequestAsync<string, string>($"{rig.Name}.text.fail", "body", cancellationToken: rig.Cancel);
        NatsSvcEndpointException e = Assert.Throws<NatsSvcEndpointException>(() => failed.EnsureServiceSuccess());
        Assert.Equal((418, "no coffee", "body"), (e.Code, e.Message, e.Body));

        INatsSvcDiscovery discovery = rig.Connection.CreateServiceDiscovery();
        var one = new NatsSvcDiscoveryOpts { MaxCount = 1 };
        PingResponse ping = await discovery.PingAsync(rig.Name, opts: one, cancellationToken: rig.Cancel).SingleAsync(rig.Cancel);
        InfoResponse info = await discovery.InfoAsync(rig.Name, id, one, rig.Cancel).SingleAsync(rig.Cancel);
        StatsResponse stats = await discovery.StatsAsync(rig.Name, id, one, rig.Cancel).SingleAsync(rig.Cancel);
        Assert.Equal((id, "1.2.3", "b"), (ping.Id, ping.Version, ping.Metadata["a"]));
        Assert.Equal(("theirs", "io.nats.micro.v1.info_response"), (info.Description, info.Type));
        Assert.Equal([("fail", "workers"), ("reverse", "workers")], info.Endpoints.Select(endpoint => (endpoint.Name, endpoint.QueueGroup)).Order());
        Assert.Equal("text", info.Endpoints.Single(endpoint => endpoint.Name == "reverse").Metadata["kind"]);
        Assert.Empty(info.Endpoints.Single(endpoint => endpoint.Name == "fail").Metadata); // it has none
        Assert.Equal(1, stats.Endpoints.Single(endpoint => endpoint.Name == "reverse").NumRequests);
        await rig.Peer.AskAsync("serviceStop", rig.Name);
        await Assert.ThrowsAsync<NatsNoRespondersException>(async () => await rig.Connection.RequestAsync<string, string>($"{rig.Name}.text.reverse", "abc", cancellationToken: rig.Cancel));
    }

    [Fact]
    public async Task Service_of_Earshot_is_found_and_called_by_the_other_client()
    {
        await using InteropRig rig = await InteropRig.StartAsync(server);
        await using INatsSvcServer service = await rig.Connection.CreateServicesContext().AddServiceAsync(
            new NatsSvcConfig(rig.Name, "1.2.3") { Description = "ours", Metadata = new() { ["a"] = "b" }, QueueGroup = "workers", StatsHandler = endpoint => JsonValue.Create(endpoint.Name.Length) }, rig.Cancel);
        NatsSvcServer.Group group = await service.AddGroupAsync($"{rig.Name}.text", cancellationToken: rig.Cancel);
        await group.AddEndpointAsync<string>(request => request.ReplyAsync(new string([.. request.Data!.Reverse()])), "reverse", metadata: new Dictionary<string, string> { ["kind"] = "text" }, cancellationToken: rig.Cancel);
        await group.AddEndpointAsync<string>(request => throw new NatsSvcEndpointException(418, "no coffee", request.Data), "fail", cancellationToken: rig.Cancel);
        await group.AddEndpointAsync<string>(_ => throw new InvalidOperationException("secret"), "crash", cancellationToken: rig.Cancel);

        JsonNode reply = (await rig.Peer.AskAsync("serviceCall", $"{rig.Name}.text.reverse", Base64("abc")))!;
        Assert.Equal(("cba", false), (Text(reply), (bool)reply["isError"]!));
        JsonNode failed = (await rig.Peer.AskAsync("serviceCall", $"{rig.Name}.text.fail", Base64("body")))!;
        Assert.Equal((true, 418, "no coffee", "body"), ((bool)failed["isError"]!, (int)failed["code"]!, (string)failed["description"]!, Text(failed)));
        JsonNode crashed = (await rig.Peer.AskAsync("serviceCall", $"{rig.Name}.text.crash", Base64("")))!;
        Assert.Equal((500, "internal error"), ((int)crashed["code"]!, (string)crashed["description"]!));

        JsonNode ping = (await rig.Peer.AskAsync("serviceFind", "ping", rig.Name, 1))!.AsArray().Single()!;
        JsonNode info = (await rig.Peer.AskAsync("serviceFind", "info", rig.Name, 1))!.AsArray().Single()!;
        JsonNode stats = (await rig.Peer.AskAsync("serviceFind", "stats", rig.Name, 1))!.AsArray().Single()!;
        Assert.Equal((((NatsSvcServer)service).Id, "1.2.3", "b"), ((string)ping["id"]!, (string)ping["version"]!, (string)ping["metadata"]!["a"]!));
        Assert.Equal(("ours", "io.nats.micro.v1.info_response"), ((string)info["description"]!, (string)info["type"]!));
        Assert.Equal(["reverse workers text", "fail workers ", "crash workers "],
            info["endpoints"]!.AsArray().Select(endpoint => $"{endpoint!["name"]} {endpoint["queue_group"]} {endpoint["metadata"]!["kind"]}"));
        JsonNode ofReverse = stats["endpoints"]![0]!;
        Assert.Equal((1, 0, "reverse".Length), ((int)ofReverse["num_requests"]!, (int)ofReverse["num_errors"]!, (int)ofReverse["data"]!));
        Assert.Equal((1, "500:secret"), ((int)stats["endpoints"]![2]!["num_errors"]!, (string)stats["endpoints"]![2]!["last_error"]!));
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Text(JsonNode message) => Encoding.UTF8.GetString(Convert.FromBase64String((string)message["data"]!));
}
