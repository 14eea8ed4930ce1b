using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(UnobservedExceptions))]
[assembly: AssemblyFixture(typeof(SecretScan))]
[assembly: AssemblyFixture(typeof(JetStreamServers))]
