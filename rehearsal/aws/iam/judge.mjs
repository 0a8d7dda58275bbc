// Copyright (c) 2026, streamops.red5pro contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// Evaluates requests against identity policies as IAM does. Reads {"policies": [...], "requests": [...]} as one line of JSON, answers
// with one line: for each request null if it is allowed, else why not. A line without policies is judged by the last ones.
import { createInterface } from 'node:readline'
import { createValidatedPolicy, validateIdentityPolicy } from '@cloud-copilot/iam-policy'
import { runSimulation, runUnsafeSimulation } from '@cloud-copilot/iam-simulate'

const PRINCIPAL = 'arn:aws:iam::123456789012:user/operator'
// A key is used by whom its own policy allows; the default one leaves that to IAM.
const KEY_POLICY = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' }],
}
let policies = []
let validated = new Map() // action -> what the policies say of it, to be read only once

function about(action) {
  if (!validated.has(action)) {
    const named = (one) => [one.Action].flat().some((name) => name.includes('*') || name.toLowerCase() === action.toLowerCase())
    const part = policies.map((policy) => ({ ...policy, Statement: policy.Statement.filter(named) })).filter((one) => one.Statement.length)
    validated.set(action, part.map((policy, number) => ({ name: `${number}`, policy: createValidatedPolicy(policy, validateIdentityPolicy) })))
  }
  return validated.get(action)
}

async function judge({ action, resource, context }) {
  const simulation = {
    request: {
      principal: PRINCIPAL,
      action,
      resource: { resource, accountId: '123456789012' },
      contextVariables: context,
    },
    identityPolicies: about(action),
    ...(action.startsWith('kms:') && { resourcePolicy: KEY_POLICY }),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  }
  const answer = await runSimulation(simulation, {})
  if (answer.resultType !== 'error') return answer.overallResult === 'Allowed' ? null : answer.overallResult
  if (answer.errors.message === 'no.resource.types' && action.startsWith('elasticloadbalancing:')) {
    // The tables name only classic load balancers where both generations have an action of this name.
    const unchecked = about(action).map(({ name, policy }) => ({ name, policy: policy.policyDocument }))
    const result = runUnsafeSimulation({ ...simulation, identityPolicies: unchecked }, {})
    return result === 'Allowed' ? null : result
  }
  throw new Error(`${action} on ${resource}: ${JSON.stringify(answer.errors)}`)
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line)
  if (asked.policies) [policies, validated] = [asked.policies, new Map()]
  let answer
  try {
    answer = { results: await Promise.all(asked.requests.map(judge)) }
  } catch (error) {
    answer = { error: error.message }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
